import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Annotations, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { resolvedPaths } from './identity';
import { RouteConditions } from './route-conditions';
import { derivedPriority, freePriority, MAX_PRIORITY, MIN_PRIORITY, sameBand } from './route-priority';
import { invalid, Validate } from './validate';

/** Target groups that one load balancer takes; AWS does not raise it. */
const MAX_ROUTES = 100;

/** Above this a replaced target group, which exists twice for a while, may not fit any more. */
const ROUTES_WITH_ROOM = 90;

interface Entry {
  readonly id: string;
  readonly conditions: RouteConditions;
  readonly priority: number;
  readonly derived: boolean;
}

/** The routes of a hub in their order: no two in one place, none in a place that nobody chose. */
export class RouteTable {
  private readonly entries: Entry[] = [];

  /**
   * @param ownListener whether the listener has no rules but the hub's, so that priorities can be derived
   */
  constructor(private readonly scope: Construct, private readonly listener: elbv2.IApplicationListener, private readonly ownListener: boolean) {
    scope.node.addValidation({ validate: () => this.foreignRules() });
  }

  /** Finds the place of a new route. */
  public add(id: string, conditions: RouteConditions, wanted: number | undefined): number {
    if (wanted !== undefined && Token.isUnresolved(wanted)) {
      throw this.error(id, "has a 'priority' that is a token. Give a number: it is part of the rule's logical id");
    }
    new Validate(this.scope).integer(`routes.${id}.priority`, wanted, MIN_PRIORITY, MAX_PRIORITY);
    if (wanted === undefined && !this.ownListener) {
      throw this.error(id, `needs a 'priority' between ${MIN_PRIORITY} and ${MAX_PRIORITY}, got none: the hub did not make the listener and does not know its other rules`);
    }
    if (this.entries.some(entry => entry.id === id)) { throw this.error(id, 'exists already. Choose another id'); }
    this.checkCount();

    const priority = wanted ?? derivedPriority(id, conditions.depth);
    const entry = { id, conditions, priority, derived: wanted === undefined };
    this.checkPlace(entry);
    for (const other of this.entries) { this.checkOrder(entry, other); }
    this.entries.push(entry);
    return priority;
  }

  private checkCount(): void {
    const count = this.entries.length + 1;
    if (count > MAX_ROUTES) {
      throw invalid(this.scope, `a load balancer takes ${MAX_ROUTES} target groups, and so a hub ${MAX_ROUTES} routes; got one more. `
        + 'Make a second hub, or put paths of one service into one route.');
    }
    if (count === ROUTES_WITH_ROOM + 1) {
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:routesWithoutRoom',
        `more than ${ROUTES_WITH_ROOM} routes: a load balancer takes ${MAX_ROUTES} target groups and 100 rules, and what is replaced exists twice for a while. `
        + 'Make a second hub before a change fails for lack of room.');
    }
  }

  private checkPlace({ id, conditions, priority, derived }: Entry): void {
    const other = this.entries.find(entry => entry.priority === priority);
    if (!other) { return; }
    if (derived || other.derived) {
      const { depth } = conditions;
      const free = freePriority(derivedPriority(id, depth), depth, taken => this.entries.some(entry => entry.priority === taken));
      const origin = derived && other.derived ? 'both derive from their ids' : `'${derived ? id : other.id}' derives from its id`;
      throw this.error(id, `has the same priority as route '${other.id}', ${priority}, which ${origin}. `
        + `Set 'priority: ${free}' on '${id}', the newer one`);
    }
    throw this.error(id, `has the priority ${priority}, which route '${other.id}' has already. Priorities are unique within a listener; choose another`);
  }

  private checkOrder(entry: Entry, other: Entry): void {
    if (!entry.conditions.overlaps(other.conditions)) { return; }
    const [first, second] = entry.priority < other.priority ? [entry, other] : [other, entry];
    if (entry.derived && other.derived && sameBand(entry.conditions.depth, other.conditions.depth)) {
      throw this.error(entry.id, `takes requests that route '${other.id}' takes too, and neither has deeper paths nor a 'priority'. `
        + "Give both a 'priority', the one that goes first the smaller number");
    }
    if (first.conditions.covers(second.conditions)) {
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:routeNeverReached',
        `route '${second.id}' (priority ${second.priority}) is never reached: route '${first.id}' (priority ${first.priority}) takes all of its requests before. `
        + `Give '${second.id}' a smaller priority than '${first.id}'.`);
    }
  }

  /** Rules that the app puts on the listener beside the hub, in a place of the hub's. */
  private foreignRules(): string[] {
    const ids = new Map(this.entries.map(entry => [entry.priority, entry.id]));
    const listener = resolvedPaths(this.scope, this.listener.listenerArn);
    // while a look-up in the account is pending, all listeners have one made-up ARN
    if (/:123456789012:listener\/\w+\/my-load-balancer\//.test(listener)) { return []; }
    return this.scope.node.root.node.findAll().flatMap(node => {
      if (!(node instanceof elbv2.CfnListenerRule) || node.node.scope?.node.scope === this.scope || !ids.has(node.priority)) { return []; }
      return resolvedPaths(node, node.listenerArn!) === listener
        ? [`route '${ids.get(node.priority)}' has the priority ${node.priority}, which ${node.node.path} has on the same listener. `
          + 'Priorities are unique within a listener; choose another.']
        : [];
    });
  }

  private error(id: string, message: string): Error {
    return invalid(this.scope, `route '${id}' ${message}.`);
  }
}
