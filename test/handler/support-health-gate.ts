import { Scene } from './support';
import { HEALTH_GATE_TYPE } from '../../src/handler/contract';
import type { CustomResource, Endpoint, TargetGroup } from '../fakes';

/** Target groups, with a gate behind them. */
export class GateScene extends Scene {
  readonly gate: CustomResource = this.resource(HEALTH_GATE_TYPE, 'Healthy');

  /** A group with targets that answer so, for a minute already. */
  filled(name: string, answers: TargetGroup['answers'] = 'ok', ids = ['10.0.0.10', '10.0.1.10']): TargetGroup {
    const made = this.group({ name });
    made.answers = answers;
    if (ids.length > 0) { this.aws.targetGroups.register(made, ids.map(id => ({ id, port: 80 }))); }
    this.aws.clock.advance(60_000);
    return made;
  }
}

export interface GateOptions {
  readonly timeout?: number;
  readonly allTargets?: boolean;
  /** By the name of a group, so that the group decides. */
  readonly rules?: { readonly [name: string]: string };
  readonly endpoints?: { readonly [name: string]: Endpoint[] };
}

export function properties(groups: TargetGroup[], { timeout = 300, allTargets, rules = {}, endpoints = {} }: GateOptions = {}) {
  return {
    Groups: Object.fromEntries(groups.map(({ targetGroupArn, targetGroupName }) => [targetGroupName, {
      TargetGroupArn: targetGroupArn,
      EndpointIds: endpoints[targetGroupName]?.map(({ vpcEndpointId }) => vpcEndpointId),
      Rules: rules[targetGroupName] ?? 'rule',
    }])),
    AllTargets: allTargets,
    TimeoutSeconds: timeout,
  };
}
