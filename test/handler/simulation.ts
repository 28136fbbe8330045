import type { Deploy, HealthTurn, Mishap, RouteName, StackStep, Trouble } from './histories-steps';
import { Checks, keyOf } from './simulation-checks';
import { otherPort } from './simulation-design';
import { Route } from './simulation-route';
import { Runs } from './simulation-runs';
import { SimulatedStack } from './simulation-stack';
import { makeTrouble } from './simulation-troubles';
import { type Answer, type Endpoint, FakeAws, STACK_ID } from '../fakes';
import { Random } from '../fakes/random';

/** The things that can go wrong in any step. */
interface Adversity {
  readonly turns?: HealthTurn[];
  readonly mishaps?: Mishap[];
  readonly troubles?: Trouble[];
}

const TIMING = { registrationSeconds: 5, firstCheckSeconds: 10, unhealthySeconds: 20, healthySeconds: 50 };
/** Time enough for new targets to be checked. */
const QUIET_MS = 60_000;
const MOST_REPAIRS = 4;
/** A deployment that is refused because it would take the last healthy target. */
const REFUSAL = /nothing healthy would be left/;

/** A stack in its world: what stands behind its endpoints, what others do, what calls and runs meet; and what must be true after each step. */
export class Simulation {
  readonly aws: FakeAws;
  readonly checks: Checks;
  readonly runs: Runs;
  private readonly stack: SimulatedStack;
  private readonly sick = new Map<string, Exclude<Answer, 'ok'>>();
  /** Whether calls and runs meet something in the present step. */
  private isTroubled = false;
  /** Whether a run failed, or was left to itself, since all was last as it should be. */
  private isDamaged = false;
  /** Whether the deployment has failed, and left alone what was on its way. */
  private isCancelled = false;
  /** Whether all was well all the time, except for failures of other resources. */
  private isCalm = true;
  private accepted?: number | 'never';

  constructor(bundle: string, step: StackStep, seed: number) {
    this.aws = FakeAws.inProcess({ seed });
    this.aws.targetGroups.timing = TIMING;
    if (step.limit) { this.aws.limitDescribeCalls(...step.limit); }
    this.checks = new Checks(this.aws);
    this.runs = new Runs(this.aws, bundle, this.checks, new Random(seed));
    const vpc = this.aws.network.createVpc([0, 1, 2, 3].map(zone => `10.0.${zone}.0/26`));
    // the addresses of somebody else
    vpc.subnets.forEach((subnet, zone) => this.aws.network.createNetworkInterface(subnet, foreignAddress(zone)));
    this.stack = new SimulatedStack({
      ...step,
      aws: this.aws,
      runs: this.runs,
      sick: this.sick,
      endpointMade: endpoint => this.accept(endpoint),
      interfaceGoes: (eni, of, why) => { if (!this.isDamaged && !this.runs.isAnyGoing) { this.checks.interfaceGoes(eni, of, why); } },
      // nobody deletes what a cancelled update has brought to a group that goes
      groupGoes: group => { if (!this.isDamaged && !this.isCancelled && !this.runs.isAnyGoing) { this.checks.groupGoes(group); } },
      onRollbackFailure: error => { if (!this.isTroubled) { this.checks.violate('rollback', error.message); } },
      onCleanUpFailure: error => { if (!this.isTroubled) { this.checks.violate('causeless', `the clean-up fails: ${error.message}`); } },
      onRunFailure: () => { this.isDamaged = true; },
    });
  }

  /** When the history cannot go on. */
  get isOver(): boolean {
    return this.stack.isStuck || this.checks.violations.length > 0;
  }

  async deploy(step: Deploy): Promise<void> {
    if (!step.hasty) { await this.aws.clock.sleep(QUIET_MS); }
    this.begin(step);
    this.accepted = step.accepted;
    await this.stack.deploy(step, error => {
      this.isDamaged ||= this.runs.isAnyGoing;
      this.isCancelled = true;
      if (this.isCalm && !step.fails && !REFUSAL.test(error.message)) { this.checks.violate('causeless', `the deployment fails: ${error.message}`); }
    });
    await this.end();
  }

  async delete(step: Adversity): Promise<void> {
    this.begin(step);
    await this.stack.delete();
    await this.end();
  }

  async repair({ overlapping, ...adversity }: Adversity & { readonly overlapping?: boolean }): Promise<void> {
    this.begin(adversity);
    const run = this.runs.deliver({ RequestType: 'Repair', StackId: STACK_ID })
      .catch(error => { if (!this.isTroubled) { this.checks.violate('causeless', `the repair fails: ${error}`); } });
    // what overlaps goes on in the next step, and may find that what it repairs is deleted
    this.checks.isRepairAround = overlapping ?? false;
    await (overlapping ? this.aws.clock.sleep(500) : run.then(async () => this.end()));
  }

  /** The health of what is behind turns, at once or later. */
  turn(turns: HealthTurn[]): void {
    this.isCalm &&= turns.length === 0;
    for (const { route, of, answer, seconds } of turns) {
      const { service = 0, port = 0 } = this.stack.design.get(route) ?? {};
      const key = {
        all: route, present: `${route}/service ${service}`, next: `${route}/service ${service + 1}`, otherPort: `${route}/port ${otherPort(port)}`,
      }[of];
      this.aws.clock.at(seconds * 1000, () => {
        if (answer === 'ok') { this.sick.delete(key); } else { this.sick.set(key, answer); }
        this.route(route).answer();
      });
    }
  }

  /** Somebody registers a target beside ours, or takes it out. */
  byHand(name: RouteName, what: 'register' | 'deregister', zone: number): void {
    const { group } = this.route(name);
    if (!group) { return; }
    const target = { id: foreignAddress(zone), port: 80 };
    const foreign = this.checks.foreign.get(group) ?? new Set();
    this.checks.foreign.set(group, foreign);
    this.aws.targetGroups[what](group, [target]);
    foreign[what === 'register' ? 'add' : 'delete'](keyOf(target));
  }

  /** Somebody takes out what is ours. */
  tamper(name: RouteName, zone: number): void {
    const { group, endpoint, deployed } = this.route(name);
    if (!group || !endpoint || !deployed) { return; }
    this.isCalm = false;
    const { privateIpAddress } = endpoint.networkInterfaces[zone % endpoint.networkInterfaces.length];
    this.aws.targetGroups.deregister(group, [{ id: privateIpAddress!, port: deployed.port }]);
    this.route(name).changedAt = this.aws.clock.now();
  }

  /** Somebody changes an endpoint behind CloudFormation's back. */
  outside(name: RouteName): void {
    const { endpoint } = this.route(name);
    if (!endpoint) { return; }
    this.isCalm = false;
    this.aws.network.setPrivateDnsEnabled(endpoint, endpoint.privateDnsEnabled);
    this.route(name).changedAt = this.aws.clock.now();
  }

  private route(name: RouteName): Route {
    return this.stack.routes.get(name)!;
  }

  private begin({ turns = [], mishaps = [], troubles = [] }: Adversity): void {
    this.turn(turns);
    this.runs.mishaps = mishaps;
    this.runs.count = 0;
    this.runs.isAnyKilled = false;
    troubles.forEach(trouble => makeTrouble(this.aws.faults, trouble));
    // a repair that overlaps leaves its troubles behind
    this.isTroubled = mishaps.length > 0 || troubles.length > 0 || this.runs.isAnyGoing || this.aws.faults.pending > 0;
    this.isCalm &&= !this.isTroubled;
  }

  /** When a step is over and nothing goes on: whether all is as it should be. */
  private async end(): Promise<void> {
    this.aws.faults.clear();
    await this.runs.settle();
    if (this.stack.isStuck) { return; }
    const routes = [...this.stack.routes.values()].filter(({ deployed }) => deployed);
    // what CloudFormation sent no event about, only the repair can mend; and what a run has written before it died, of a deployment that was over by then
    const isLate = this.isCancelled && this.runs.isAnyKilled;
    const unnoticed = routes.filter(route => route.changedAt > route.registeredAt || isLate);
    this.runs.mishaps = [];
    for (let i = 0; i < MOST_REPAIRS && unnoticed.some(route => this.checks.difference(route)); i++) {
      await this.runs.deliver({ RequestType: 'Repair', StackId: STACK_ID });
    }
    routes.forEach(route => this.checks.exact(route, this.stack.status));
    this.isDamaged = false;
    this.isCancelled = false;
    this.checks.isRepairAround = false;
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
