import { idsOf, Scene, tagsOf } from './support';
import { DRAIN_TYPE, DRAINED_TAG_PREFIX } from '../../src/handler/contract';
import type { CustomResource, Endpoint, Subnet, TargetGroup } from '../fakes';

export interface Drained {
  readonly subnets: Subnet[];
  readonly groups: TargetGroup[];
}

/** The logical ids of what fills groups. */
const registrations = new WeakMap<TargetGroup, string[]>();

/** An endpoint in three subnets, with the gate before it. */
export class DrainScene extends Scene {
  endpoint: Endpoint = this.aws.network.createEndpoint({ subnets: this.vpc.subnets });
  /** One that the drain does not stand before. */
  stranger?: Endpoint;
  readonly gate: CustomResource = this.resource(DRAIN_TYPE, 'EndpointDrain');

  /** Target groups with all addresses of the endpoint; one without any. */
  async deployed(...groups: TargetGroup[]): Promise<TargetGroup[]> {
    const all = groups.length > 0 ? groups : [this.group()];
    for (const [index, group] of all.entries()) {
      await this.register(this.endpoint, group, { id: `Registration${index}` });
    }
    await this.gate.create(properties({ api: { subnets: this.vpc.subnets, groups: all } }));
    return all;
  }

  override async register(endpoint: Endpoint, group: TargetGroup, options: Parameters<Scene['register']>[2] = {}): Promise<CustomResource> {
    const registration = await super.register(endpoint, group, options);
    // those of other endpoints are none of the drain's business
    if (endpoint !== this.stranger) { registrations.set(group, [...registrations.get(group) ?? [], registration.logicalResourceId]); }
    return registration;
  }

  /** The drain comes to know what was registered since. */
  async settle(groups: TargetGroup[]): Promise<unknown> {
    return this.gate.update(properties({ api: { subnets: this.vpc.subnets, groups } }));
  }

  /** The endpoint loses its first subnet; its interface is still there. */
  async loseA(groups: TargetGroup[]): Promise<unknown> {
    return this.gate.update(properties({ api: { subnets: this.vpc.subnets.slice(1), groups } }));
  }

  /** All but the address in the first subnet. */
  sicken(group: TargetGroup): void {
    const [last] = idsOf(this.endpoint, this.vpc.subnets.slice(0, 1));
    group.answers = ({ id }) => id === last ? 'ok' : 'Target.Timeout';
    this.aws.clock.advance(60_000);
  }
}

export function properties(endpoints: { [key: string]: Drained }) {
  return {
    Endpoints: Object.fromEntries(Object.entries(endpoints).map(([key, { subnets, groups }]) => [key, {
      SubnetIds: subnets.map(({ subnetId }) => subnetId),
      Targets: groups.flatMap(group => (registrations.get(group) ?? ['None'])
        .map(Registration => ({ TargetGroupArn: group.targetGroupArn, Registration }))),
    }])),
  };
}

export function drainedTags(group: TargetGroup): string[] {
  return tagsOf(group, DRAINED_TAG_PREFIX);
}
