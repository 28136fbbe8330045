import { aws_elasticloadbalancingv2 as elbv2, Annotations, Duration } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { resolvedPaths, resourcesOfStage } from './identity';
import { RouteConditions } from './route-conditions';
import { derivedPriority, freePriority, MAX_PRIORITY, MIN_PRIORITY, sameBand } from './route-priority';
import { routeTransforms } from './route-transforms';
import { invalid, Validate } from './validate';
import { RouteOptions } from '../route-options';

/** Target groups that one load balancer takes; AWS does not raise it. */
const MAX_TARGET_GROUPS = 100;

/** Above this a replaced target group, which exists twice for a while, may not fit any more. */
const ROUTES_WITH_ROOM = 90;

interface Entry {
  readonly id: string;
  readonly conditions: RouteConditions;
  readonly transforms: elbv2.CfnListenerRule.TransformProperty[] | undefined;
  readonly priority: number;
  readonly derived: boolean;
  /** How many target groups the route has. */
  readonly targetGroups: number;
}

/** A route that was found in order, and waits for where it leads. */
export interface PlannedRoute {
  readonly priority: number;
  /** Makes the rule, which sends requests to one target group or divides them among several. */
  forwardTo(targetGroups: elbv2.WeightedTargetGroup[], stickinessDuration?: Duration): elbv2.ApplicationListenerRule;
}

/** Whose rules a table holds. */
export interface RouteTableProps {
  readonly listener: elbv2.IApplicationListener;
  /** Whether the listener has no rules but those of the table, so that priorities can be derived. */
  readonly ownListener: boolean;
  /** Target groups that the load balancer has besides those of the routes. */
  readonly otherTargetGroups: number;
}

/** The routes of a listener in their order: no two in one place, none in a place that nobody chose. */
export class RouteTable {
  private readonly entries: Entry[] = [];
  private readonly made = new Set<IConstruct>();

  constructor(private readonly scope: Construct, private readonly props: RouteTableProps) {
    scope.node.addValidation({ validate: () => this.foreignRules() });
  }

  /** Checks a new route, with so many target groups, and finds its place. */
  public plan(id: string, options: RouteOptions, targetGroups = 1): PlannedRoute {
    new Validate(this.scope).id('addRoute', id);
    const conditions = new RouteConditions(this.scope, id, options);
    const transforms = routeTransforms(this.scope, id, conditions, options);
    const priority = this.place(id, conditions, options.priority, targetGroups);
    const entry = { id, conditions, transforms, priority, derived: options.priority === undefined, targetGroups };
    this.checkPlace(entry);
    for (const other of this.entries) { this.checkOrder(entry, other); }
    return { priority, forwardTo: (...to) => this.add(entry, ...to) };
  }

  private add(entry: Entry, targetGroups: elbv2.WeightedTargetGroup[], stickinessDuration?: Duration): elbv2.ApplicationListenerRule {
    for (const other of this.entries) { this.warnOfHidden(entry, other); }
    this.entries.push(entry);
    const rule = new elbv2.ApplicationListenerRule(this.scope, `Rule${entry.priority}`, {
      listener: this.props.listener,
      priority: entry.priority,
      conditions: entry.conditions.render(),
      action: targetGroups.length === 1
        ? elbv2.ListenerAction.forward([targetGroups[0].targetGroup])
        : elbv2.ListenerAction.weightedForward(targetGroups, { stickinessDuration }),
    });
    const resource = rule.node.defaultChild as elbv2.CfnListenerRule;
    resource.transforms = entry.transforms;
    this.made.add(resource);
    return rule;
  }

  private place(id: string, conditions: RouteConditions, wanted: number | undefined, targetGroups: number): number {
    const validate = new Validate(this.scope);
    validate.concrete(`routes.${id}.priority`, wanted, 'rule');
    validate.integer(`routes.${id}.priority`, wanted, MIN_PRIORITY, MAX_PRIORITY);
    if (wanted === undefined && !this.props.ownListener) {
      throw this.error(id, `needs a 'priority' between ${MIN_PRIORITY} and ${MAX_PRIORITY}, got none: the listener was made elsewhere, and its other rules are not known. Give it one that none of them has`);
    }
    if (this.entries.some(entry => entry.id === id)) { throw this.error(id, 'exists already. Choose another id'); }
    this.checkCount(targetGroups);
    return wanted ?? derivedPriority(id, conditions.depth);
  }

  private checkCount(targetGroups: number): void {
    const before = this.entries.reduce((sum, entry) => sum + entry.targetGroups, 0);
    const count = before + targetGroups;
    const most = MAX_TARGET_GROUPS - this.props.otherTargetGroups;
    if (count > most) {
      throw invalid(this.scope, `a load balancer takes ${MAX_TARGET_GROUPS} target groups, and so this one ${most} for its routes; got ${count}. `
        + 'Make a second load balancer, or put paths of one service into one route.');
    }
    if (before <= ROUTES_WITH_ROOM && count > ROUTES_WITH_ROOM) {
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:routesWithoutRoom',
        `more than ${ROUTES_WITH_ROOM} target groups for routes: a load balancer takes ${MAX_TARGET_GROUPS} target groups and 100 rules, and what is replaced exists twice for a while. `
        + 'Make a second load balancer before a change fails for lack of room.');
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
    if (entry.derived && other.derived && sameBand(entry.conditions.depth, other.conditions.depth) && entry.conditions.overlaps(other.conditions)) {
      throw this.error(entry.id, `takes requests that route '${other.id}' takes too, and neither has deeper paths nor a 'priority'. `
        + "Give both a 'priority', the one that goes first the smaller number");
    }
  }

  private warnOfHidden(entry: Entry, other: Entry): void {
    const [first, second] = entry.priority < other.priority ? [entry, other] : [other, entry];
    if (first.conditions.overlaps(second.conditions) && first.conditions.covers(second.conditions)) {
      Annotations.of(this.scope).addWarningV2('cdk-alb-privatelink:routeNeverReached',
        `route '${second.id}' (priority ${second.priority}) is never reached: route '${first.id}' (priority ${first.priority}) takes all of its requests before. `
        + `Give '${second.id}' a smaller priority than '${first.id}'.`);
    }
  }

  /** Rules that the app puts on the listener beside those of the table, in a place of theirs. */
  private foreignRules(): string[] {
    const ids = new Map(this.entries.map(entry => [entry.priority, entry.id]));
    const listener = resolvedPaths(this.scope, this.props.listener.listenerArn);
    // while a look-up in the account is pending, all listeners have one made-up ARN
    if (/:123456789012:listener\/\w+\/my-load-balancer\//.test(listener)) { return []; }
    return resourcesOfStage(this.scope, elbv2.CfnListenerRule).flatMap(node => {
      if (this.made.has(node) || !ids.has(node.priority)) { return []; }
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
