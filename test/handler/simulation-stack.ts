import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { type Deploy, ROUTES, type RouteName, type StackStep } from './histories-steps';
import { changed, Design, drainProperties, firstDesign, gateProperties } from './simulation-design';
import { CleanUp, Journal, Route, RouteContext } from './simulation-route';
import type { Runs } from './simulation-runs';
import { DRAIN_TYPE, HEALTH_GATE_TYPE } from '../../src/handler/contract';
import { CustomResource, type FakeAws, type FakeStack, type HandlerResponse, type Properties, STACK_ID } from '../fakes';

/** What becomes of a resource that another one's failure cancelled. */
const NEVER = new Promise<never>(() => undefined);
/** How often CloudFormation, or whoever tells it to go on, tries again. */
const ATTEMPTS = 4;
const REACTION_MS = 3_000;

export interface StackOptions extends StackStep, Omit<RouteContext, 'subnets' | 'handler' | 'pause'> {
  readonly aws: FakeAws;
  readonly runs: Runs;
  readonly onRollbackFailure: (error: Error) => void;
  readonly onCleanUpFailure: (error: Error) => void;
  readonly onRunFailure: () => void;
}

/** Routes with the drain before them and the gate after them, changed in the order and with the phases of CloudFormation. */
export class SimulatedStack {
  /** When CloudFormation gave up. */
  isStuck = false;
  readonly routes: ReadonlyMap<RouteName, Route>;
  design: Design = new Map();
  private exists = false;
  /** Goes up when CloudFormation no longer waits for what is on its way. */
  private epoch = 0;
  private readonly drain: CustomResource;
  private readonly healthGate: CustomResource;
  private readonly described: FakeStack;

  constructor(private readonly options: StackOptions) {
    const handler = async (event: CloudFormationCustomResourceEvent) => this.send(event);
    const [{ subnets }] = options.aws.network.vpcs.values();
    const context = { ...options, subnets, handler, pause: async (seconds: number) => this.pause(seconds) };
    this.described = options.aws.stacks.all.get(STACK_ID)!;
    this.routes = new Map(ROUTES.map(name => [name, new Route(name, context)]));
    this.drain = new CustomResource({ resourceType: DRAIN_TYPE, logicalResourceId: 'EndpointDrain', handler });
    this.healthGate = new CustomResource({ resourceType: HEALTH_GATE_TYPE, logicalResourceId: 'HealthGate', handler });
  }

  get status(): string {
    return this.described.status;
  }

  /** Creates or updates the stack, and rolls back if that fails. */
  async deploy({ changes, fails }: Pick<Deploy, 'changes' | 'fails'>, onFailure: (error: Error) => void): Promise<void> {
    const wanted = this.exists ? changed(this.design, changes) : firstDesign(this.options.zones);
    const journal: Journal = { undo: [], onSuccess: [], onRollback: [] };
    this.enter(this.exists ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS');
    const error = await this.update(wanted, journal, fails);
    if (!error) { return this.complete(wanted, journal); }
    this.epoch++;
    onFailure(error);
    await this.rollBack(journal);
  }

  async delete(): Promise<void> {
    this.enter('DELETE_IN_PROGRESS');
    await this.cleanUp([...this.routes.values()].flatMap(route => route.removal()));
    await this.cleanUp([deletion(this.healthGate, 0), deletion(this.drain, 1)]);
    this.design = new Map();
    this.exists = false;
    this.enter('DELETE_COMPLETE');
  }

  private enter(status: string): void {
    this.described.status = status;
    this.described.resources = [...this.routes.values()].map(({ registration }) => registration)
      .filter(({ physicalResourceId }) => physicalResourceId)
      .map(({ logicalResourceId, physicalResourceId, resourceType }) => ({ logicalResourceId, physicalResourceId, resourceType }));
  }

  private async update(wanted: Design, journal: Journal, fails: Deploy['fails']): Promise<Error | undefined> {
    let count = 0;
    const resource = async (put: () => Promise<void>) => {
      if (fails && 'before' in fails && count++ === fails.before) { throw new Error('Another resource failed'); }
      const { epoch } = this;
      await put();
      if (epoch !== this.epoch) { await NEVER; }
    };
    const routes = [...wanted].map(([name, design]) => [this.routes.get(name)!, design] as const);
    const putRoute = async ([route, design]: typeof routes[number]) => {
      await resource(async () => route.putEndpoint(design, journal));
      await resource(async () => route.putRegistration(design, journal));
      await resource(async () => route.putRule(journal));
    };
    const putAll = async () => {
      for (const [route, design] of routes) { await resource(async () => route.putGroup(design, journal)); }
      await resource(async () => this.put(this.drain, drainProperties(wanted, this.routes), journal));
      if (this.options.parallel) {
        await Promise.all(routes.map(putRoute));
      } else {
        for (const route of routes) { await putRoute(route); }
      }
      if (this.options.gate) { await resource(async () => this.put(this.healthGate, gateProperties(wanted, this.routes), journal)); }
    };
    const { clock } = this.options.aws;
    let timer: object = {};
    const failure = new Promise<void>((_, reject) => {
      if (fails && 'seconds' in fails) { timer = clock.setTimeout(() => reject(new Error('Another resource failed')), fails.seconds * 1000); }
    });
    const error = await Promise.race([putAll(), failure]).then(() => undefined, (thrown: Error) => thrown);
    clock.clearTimeout(timer);
    return error;
  }

  private async put(resource: CustomResource, properties: Properties, { undo, onRollback }: Journal): Promise<void> {
    if (resource.physicalResourceId) {
      undo.push(async () => { await resource.rollback(); });
      await resource.update(properties);
    } else {
      onRollback.push(deletion(resource, 1));
      await resource.create(properties);
    }
  }

  private async complete(wanted: Design, { onSuccess }: Journal): Promise<void> {
    const removed = [...this.routes.values()].filter(({ name, deployed }) => deployed && !wanted.has(name)).flatMap(route => route.removal());
    wanted.forEach((design, name) => { this.routes.get(name)!.deployed = design; });
    this.design = wanted;
    if (this.exists) { this.enter('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'); }
    await this.cleanUp([...onSuccess, ...removed]);
    this.enter(this.exists ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE');
    this.exists = true;
  }

  private async rollBack({ undo, onRollback }: Journal): Promise<void> {
    this.enter(this.exists ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS');
    await this.options.aws.clock.sleep(REACTION_MS);
    for (const step of undo) {
      await this.insist(step, async error => {
        this.options.onRollbackFailure(error);
        this.enter('UPDATE_ROLLBACK_FAILED');
        await this.options.aws.clock.sleep(60_000);
        this.enter('UPDATE_ROLLBACK_IN_PROGRESS');
      });
    }
    if (this.exists) { this.enter('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'); }
    await this.cleanUp(onRollback);
    this.enter(this.exists ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE');
    if (!this.exists) { this.routes.forEach(route => route.forget()); }
  }

  /** Deletes what is replaced, removed, or made in vain. */
  private async cleanUp(steps: CleanUp[]): Promise<void> {
    const replaced = [...this.routes.values()].map(({ registration }) => ({ rank: 1, run: async () => registration.cleanUp() }));
    for (const { run } of [...steps, ...replaced].sort((a, b) => a.rank - b.rank)) {
      await this.insist(run, async error => this.options.onCleanUpFailure(error));
    }
  }

  private async insist(run: () => Promise<void>, onError: (error: Error) => Promise<void>): Promise<void> {
    for (let attempt = 1; !this.isStuck; attempt++) {
      try {
        return await run();
      } catch (error) {
        await onError(error as Error);
        this.isStuck = attempt === ATTEMPTS;
      }
    }
  }

  /** Nobody hears the answer for a resource that was cancelled meanwhile. */
  private async send(event: CloudFormationCustomResourceEvent): Promise<HandlerResponse | void> {
    const { epoch } = this;
    const isAwaited = () => epoch === this.epoch;
    const route = [...this.routes.values()].find(({ registration }) => registration.logicalResourceId === event.LogicalResourceId);
    const startedAt = this.options.aws.clock.now();
    try {
      const answer = await this.options.runs.deliver(event, isAwaited);
      if (route) { route.registeredAt = startedAt; }
      return isAwaited() ? answer : await NEVER;
    } catch (error) {
      this.options.onRunFailure();
      if (isAwaited()) { throw error; }
      return NEVER;
    }
  }

  private async pause(seconds: number): Promise<void> {
    const { epoch } = this;
    await this.options.aws.clock.sleep(seconds * 1000);
    if (epoch !== this.epoch) { await NEVER; }
  }
}

function deletion(resource: CustomResource, rank: number): CleanUp {
  return { rank, run: async () => { await resource.delete(); } };
}
