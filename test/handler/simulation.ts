import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { type Deploy, type Mishap, ROUTES, type RouteName, type Step, type Trouble, type Turn } from './histories-steps';
import { Checks, keyOf } from './simulation-checks';
import { changed, Design, drainProperties, firstDesign, gateProperties, otherPort } from './simulation-design';
import { CleanUp, Journal, Route } from './simulation-route';
import { Runs } from './simulation-runs';
import { makeTrouble } from './simulation-troubles';
import { DRAIN_TYPE, HEALTH_GATE_TYPE } from '../../src/handler/contract';
import { type Answer, CustomResource, type Endpoint, FakeAws, type HandlerResponse, type Properties, STACK_ID } from '../fakes';
import { Random } from '../fakes/random';

export type StackStep = Extract<Step, { step: 'stack' }>;

/** The things that can go wrong in any step. */
interface Adversity {
  readonly turns?: Turn[];
  readonly mishaps?: Mishap[];
  readonly troubles?: Trouble[];
}

/** What becomes of a resource that another one's failure cancelled. */
const NEVER = new Promise<never>(() => undefined);
const TIMING = { registrationSeconds: 5, firstCheckSeconds: 10, unhealthySeconds: 20, healthySeconds: 50 };
const ATTEMPTS = 4;
/** CloudFormation takes its time. */
const REACTION_MS = 3_000;
/** Time enough for new targets to be checked. */
const QUIET_MS = 60_000;

/** A stack with routes and the function behind its custom resources, deployed as CloudFormation does. */
export class Simulation {
  readonly aws: FakeAws;
  readonly checks: Checks;
  readonly runs: Runs;
  /** When the history cannot go on: CloudFormation itself gave up. */
  isOver = false;
  private readonly routes: ReadonlyMap<RouteName, Route>;
  private readonly drain: CustomResource;
  private readonly healthGate: CustomResource;
  private readonly sick = new Map<string, Exclude<Answer, 'ok'>>();
  private design: Design = new Map();
  private exists = false;
  /** Goes up when CloudFormation no longer waits for what is on its way. */
  private epoch = 0;
  /** Whether calls and runs meet something in the present step. */
  private isTroubled = false;
  /** Whether anything failed, or was left to itself, since all was last as it should be. */
  private isDamaged = false;
  /** Whether all was well all the time, except for failures of other resources. */
  private isCalm = true;
  private accepted?: number | 'never';

  constructor(bundle: string, private readonly stack: StackStep, seed: number) {
    this.aws = FakeAws.inProcess({ seed });
    this.aws.targetGroups.timing = TIMING;
    this.checks = new Checks(this.aws);
    this.runs = new Runs(this.aws, bundle, this.checks, new Random(seed));
    const vpc = this.aws.network.createVpc([0, 1, 2, 3].map(zone => `10.0.${zone}.0/26`));
    // the addresses of somebody else
    vpc.subnets.forEach((subnet, zone) => this.aws.network.createNetworkInterface(subnet, foreignAddress(zone)));
    const handler = async (event: CloudFormationCustomResourceEvent) => this.send(event);
    const context = {
      aws: this.aws, subnets: vpc.subnets, delay: stack.delay, staleRollback: stack.staleRollback, sick: this.sick, handler,
      pause: async (seconds: number) => this.pause(seconds),
      interfaceGoes: (...[eni, why]: Parameters<Checks['interfaceGoes']>) => { if (!this.isDamaged) { this.checks.interfaceGoes(eni, why); } },
      endpointMade: (endpoint: Endpoint) => this.accept(endpoint),
      groupGoes: (...[group]: Parameters<Checks['groupGoes']>) => { if (!this.isDamaged) { this.checks.groupGoes(group); } },
    };
    this.routes = new Map(ROUTES.map(name => [name, new Route(name, context)]));
    this.drain = new CustomResource({ resourceType: DRAIN_TYPE, logicalResourceId: 'EndpointDrain', handler });
    this.healthGate = new CustomResource({ resourceType: HEALTH_GATE_TYPE, logicalResourceId: 'HealthGate', handler });
  }

  async deploy(step: Deploy): Promise<void> {
    if (!step.hasty) { await this.aws.clock.sleep(QUIET_MS); }
    this.begin(step);
    this.accepted = step.accepted;
    const wanted = this.exists ? changed(this.design, step.changes) : firstDesign(this.stack.zones);
    const journal: Journal = { undo: [], onSuccess: [], onRollback: [] };
    this.status = this.exists ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS';
    const error = await this.update(wanted, journal, step.fails);
    if (error) {
      this.epoch++;
      this.isDamaged ||= this.runs.isAnyGoing;
      if (this.isCalm && !step.fails && !/nothing healthy would be left/.test(error.message)) { this.checks.violate('causeless', `the deployment fails: ${error.message}`); }
      await this.rollBack(journal);
    } else {
      await this.complete(wanted, journal);
    }
    await this.end();
  }

  async delete(step: Adversity): Promise<void> {
    this.begin(step);
    this.status = 'DELETE_IN_PROGRESS';
    await this.cleanUp([...this.routes.values()].flatMap(route => route.removal()));
    await this.cleanUp([{ rank: 0, run: async () => { await this.healthGate.delete(); } }, { rank: 1, run: async () => { await this.drain.delete(); } }]);
    this.design = new Map();
    this.exists = false;
    this.status = 'DELETE_COMPLETE';
    await this.end();
  }

  async repair({ overlapping, ...adversity }: Adversity & { readonly overlapping?: boolean }): Promise<void> {
    this.begin(adversity);
    const run = this.runs.deliver({ RequestType: 'Repair', StackId: STACK_ID })
      .catch(error => { if (!this.isTroubled) { this.checks.violate('causeless', `the repair fails: ${error}`); } });
    // what overlaps goes on in the next step
    await (overlapping ? this.aws.clock.sleep(500) : run.then(async () => this.end()));
  }

  /** The health of what is behind turns, at once or later. */
  turn(turns: Turn[]): void {
    this.isCalm &&= turns.length === 0;
    for (const { route, of, answer, seconds } of turns) {
      const design = this.design.get(route);
      const key = of === 'all' ? route : of === 'next' ? `${route}/service ${(design?.service ?? 0) + 1}` : `${route}/port ${otherPort(design?.port ?? 0)}`;
      this.aws.clock.at(seconds * 1000, () => {
        if (answer === 'ok') { this.sick.delete(key); } else { this.sick.set(key, answer); }
        this.routes.get(route)!.answer();
      });
    }
  }

  /** Somebody registers a target beside ours, or takes it out. */
  byHand(name: RouteName, what: 'register' | 'deregister', zone: number): void {
    const { group } = this.routes.get(name)!;
    if (!group) { return; }
    const target = { id: foreignAddress(zone), port: 80 };
    const foreign = this.checks.foreign.get(group) ?? new Set();
    this.checks.foreign.set(group, foreign);
    this.aws.targetGroups[what](group, [target]);
    foreign[what === 'register' ? 'add' : 'delete'](keyOf(target));
  }

  /** Somebody takes out what is ours. */
  tamper(name: RouteName, zone: number): void {
    const { group, endpoint, deployed } = this.routes.get(name)!;
    if (!group || !endpoint || !deployed) { return; }
    const { privateIpAddress } = endpoint.networkInterfaces[zone % endpoint.networkInterfaces.length];
    this.aws.targetGroups.deregister(group, [{ id: privateIpAddress!, port: deployed.port }]);
    this.routes.get(name)!.changedAt = this.aws.clock.now();
  }

  private get status(): string {
    return this.aws.stacks.all.get(STACK_ID)!.status;
  }

  private set status(status: string) {
    const stack = this.aws.stacks.all.get(STACK_ID)!;
    stack.status = status;
    stack.resources = [...this.routes.values()].map(({ registration }) => ({
      logicalResourceId: registration.logicalResourceId, physicalResourceId: registration.physicalResourceId, resourceType: registration.resourceType,
    })).filter(({ physicalResourceId }) => physicalResourceId);
  }

  private begin({ turns = [], mishaps = [], troubles = [] }: Adversity): void {
    this.turn(turns);
    this.runs.mishaps = mishaps;
    this.runs.count = 0;
    troubles.forEach(trouble => makeTrouble(this.aws.faults, trouble));
    this.isTroubled = mishaps.length > 0 || troubles.length > 0 || this.runs.isAnyGoing;
    this.isCalm &&= !this.isTroubled;
  }

  /** When a step is over and nothing goes on: whether all is as it should be. */
  private async end(): Promise<void> {
    this.aws.faults.clear();
    await this.runs.settle();
    if (this.isOver) { return; }
    const routes = [...this.routes.values()].filter(({ deployed }) => deployed);
    // what CloudFormation sent no event about, only the repair can mend
    const unnoticed = routes.filter(route => route.changedAt > route.registeredAt);
    for (let i = 0; i < ATTEMPTS && unnoticed.some(route => this.checks.difference(route)); i++) {
      this.runs.mishaps = [];
      await this.runs.deliver({ RequestType: 'Repair', StackId: STACK_ID });
    }
    routes.forEach(route => this.checks.exact(route, this.status));
    this.isDamaged = false;
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
      if (this.stack.parallel) { await Promise.all(routes.map(putRoute)); } else { for (const route of routes) { await putRoute(route); } }
      if (this.stack.gate) { await resource(async () => this.put(this.healthGate, gateProperties(wanted, this.routes), journal)); }
    };
    let timer: object | undefined;
    const failure = new Promise<void>((_, reject) => {
      if (fails && 'seconds' in fails) { timer = this.aws.clock.setTimeout(() => reject(new Error('Another resource failed')), fails.seconds * 1000); }
    });
    const error = await Promise.race([putAll(), failure]).then(() => undefined, (thrown: Error) => thrown);
    if (timer) { this.aws.clock.clearTimeout(timer); }
    return error;
  }

  private async put(resource: CustomResource, properties: Properties, { undo, onRollback }: Journal): Promise<void> {
    if (resource.physicalResourceId) {
      undo.push(async () => { await resource.rollback(); });
      await resource.update(properties);
    } else {
      onRollback.push({ rank: 1, run: async () => { await resource.delete(); } });
      await resource.create(properties);
    }
  }

  private async complete(wanted: Design, { onSuccess }: Journal): Promise<void> {
    const removed = [...this.routes.values()].filter(({ name, deployed }) => deployed && !wanted.has(name)).flatMap(route => route.removal());
    wanted.forEach((design, name) => { this.routes.get(name)!.deployed = design; });
    this.design = wanted;
    if (this.exists) { this.status = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'; }
    await this.cleanUp([...onSuccess, ...removed]);
    this.status = this.exists ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE';
    this.exists = true;
  }

  private async rollBack({ undo, onRollback }: Journal): Promise<void> {
    this.status = this.exists ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS';
    await this.aws.clock.sleep(REACTION_MS);
    for (const step of undo) {
      await this.insist(step, async error => {
        if (!this.isTroubled) { this.checks.violate('rollback', error.message); }
        this.status = 'UPDATE_ROLLBACK_FAILED';
        await this.aws.clock.sleep(60_000);
        this.status = 'UPDATE_ROLLBACK_IN_PROGRESS';
      });
    }
    if (this.exists) { this.status = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'; }
    await this.cleanUp(onRollback);
    this.status = this.exists ? 'UPDATE_ROLLBACK_COMPLETE' : 'ROLLBACK_COMPLETE';
    if (!this.exists) { this.routes.forEach(route => route.forget()); }
  }

  /** Deletes what is replaced, removed, or made in vain. */
  private async cleanUp(steps: CleanUp[]): Promise<void> {
    const replaced = [...this.routes.values()].map(route => ({ rank: 1, run: async () => route.registration.cleanUp() }));
    for (const { run } of [...steps, ...replaced].sort((a, b) => a.rank - b.rank)) {
      await this.insist(run, async error => { if (!this.isTroubled) { this.checks.violate('causeless', `the clean-up fails: ${error.message}`); } });
    }
  }

  private async insist(run: () => Promise<void>, onError: (error: Error) => Promise<void>): Promise<void> {
    for (let attempt = 1; !this.isOver; attempt++) {
      try {
        return await run();
      } catch (error) {
        await onError(error as Error);
        this.isOver = attempt === ATTEMPTS;
      }
    }
  }

  /** Nobody hears the answer for a resource that was cancelled meanwhile. */
  private async send(event: CloudFormationCustomResourceEvent): Promise<HandlerResponse | void> {
    const { epoch } = this;
    const route = [...this.routes.values()].find(({ registration }) => registration.logicalResourceId === event.LogicalResourceId);
    const startedAt = this.aws.clock.now();
    try {
      const answer = await this.runs.deliver(event);
      if (route) { route.registeredAt = startedAt; }
      this.isDamaged ||= this.runs.isAnyGoing && this.isTroubled;
      return epoch === this.epoch ? answer : await NEVER;
    } catch (error) {
      this.isDamaged = true;
      if (epoch === this.epoch) { throw error; }
      return NEVER;
    }
  }

  private async pause(seconds: number): Promise<void> {
    const { epoch } = this;
    await this.aws.clock.sleep(seconds * 1000);
    if (epoch !== this.epoch) { await NEVER; }
  }

  private accept(endpoint: Endpoint): void {
    if (this.accepted === undefined) { return; }
    this.isCalm = false;
    endpoint.state = 'pendingAcceptance';
    if (this.accepted !== 'never') { this.aws.clock.at(this.accepted * 1000, () => { endpoint.state = 'available'; }); }
  }
}

function foreignAddress(zone: number): string {
  return `10.0.${zone}.62`;
}
