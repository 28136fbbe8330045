import { Scene } from './support';
import { REGISTRATION_TYPE } from '../../src/handler/contract';
import { type CustomResource, type Endpoint, STACK_ID, type StackResource, type TargetGroup } from '../fakes';

/** A look at one registration at which nothing is to do. */
export const LOOK = ['DescribeTargetGroups', 'DescribeVpcEndpoints', 'DescribeNetworkInterfaces', 'DescribeTags', 'DescribeTargetHealth'];

/** The calls before, for all registrations. */
export const LIST = ['DescribeStacks', 'ListStackResources', 'DescribeTags'];

export interface Route {
  readonly endpoint: Endpoint;
  readonly group: TargetGroup;
  readonly registration: CustomResource;
}

/** A stack with routes, and the schedule of its repair. */
export class RepairScene extends Scene {
  /** An endpoint whose addresses are registered by the stack, which is done with its deployment. */
  async route(name: string, subnets = this.vpc.subnets.slice(0, 2), options: { ipAddressType?: 'ipv6' } = {}): Promise<Route> {
    const endpoint = this.aws.network.createEndpoint({ subnets, ...options });
    const group = this.group({ name, ...options });
    this.setStatus('UPDATE_IN_PROGRESS');
    const registration = await this.register(endpoint, group, { id: `Registration${name}` });
    this.inStack({
      logicalResourceId: `Registration${name}`, physicalResourceId: registration.physicalResourceId, resourceType: REGISTRATION_TYPE,
    });
    this.setStatus('UPDATE_COMPLETE');
    return { endpoint, group, registration };
  }

  inStack(...resources: StackResource[]): void {
    this.aws.stacks.find(STACK_ID)!.resources.push(...resources);
  }

  async repair(): Promise<unknown> {
    return this.invoke({ RequestType: 'Repair', StackId: STACK_ID });
  }

  /** Somebody takes targets out by hand. */
  deregister(group: TargetGroup, ...ids: string[]): void {
    this.aws.targetGroups.deregister(group, ids.map(id => ({ id, port: 80 })));
    this.aws.targetGroups.finishDraining(group);
  }

  decisions(): string[] {
    return this.log().map(({ decision }) => decision);
  }

  /** Calls that change something. */
  changes(): string[] {
    return this.aws.calls.map(({ action }) => action).filter(action => !/^(Describe|List)/.test(action));
  }
}
