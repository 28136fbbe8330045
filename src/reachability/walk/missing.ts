import { Draft, Trace } from './trace';
import { Network } from '../model/network';
import { mentioned } from '../template/json';
import { Resource } from '../template/stacks';

/** Resources of these types carry traffic, or say who may. */
const CARRIES = new RegExp(`^AWS::(${[
  'EC2::(VPC|Subnet|Route|Network|SecurityGroup|Instance|LaunchTemplate|InternetGateway|NatGateway|TransitGateway|PrefixList|EIP|VPNGateway)',
  'ElasticLoadBalancingV2::', 'AutoScaling::(AutoScalingGroup|LaunchConfiguration)', 'ECS::(Service|TaskSet)', 'Lambda::Permission', 'Route53::(HostedZone|RecordSet)',
].join('|')})|^Custom::InterfaceEndpointTarget$`);

/** Something that is named and not there. */
export function missing(place: Resource, name: string): Draft {
  return {
    code: 'MissingResource',
    place,
    detail: name,
    reason: `${place.label} names '${name}', which is not in the template: CloudFormation refuses it.`,
    fix: { text: `Add '${name}' to the template of ${place.stack.name}, or name something that is there.`, patches: [] },
  };
}

/** CloudFormation deploys no template that names what it does not have. */
export function checkReferences(network: Network, trace: Trace): void {
  for (const type of network.stacks.types().filter(one => CARRIES.test(one))) {
    for (const resource of network.stacks.ofType(type)) {
      const { stack } = resource;
      if (stack.transformed) { continue; }
      const parameters = stack.section('Parameters');
      const names = new Set(resource.names().flatMap(name => mentioned(resource.written(name))));
      for (const name of names) {
        const known = name.startsWith('AWS::') || stack.resources.has(name) || Object.prototype.hasOwnProperty.call(parameters, name);
        if (!known) { trace.find(missing(resource, name)); }
      }
    }
  }
}
