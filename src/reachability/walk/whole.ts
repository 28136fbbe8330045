import { change, refer } from './fixes';
import { Trace } from './trace';
import { overlaps } from '../model/address';
import { Network } from '../model/network';
import { sameValue } from '../model/parties';
import { mentioned } from '../template/json';
import { Resource } from '../template/stacks';
import { Reference } from '../template/values';

/** AWS refuses peering between VPCs whose addresses overlap. */
export function checkPeerings(network: Network, trace: Trace): void {
  for (const connection of network.connections.peerings) {
    const [own, other] = ['VpcId', 'PeerVpcId'].map(name => network.vpcs.vpc(connection.get(name)));
    const both = own.ranges.flatMap(range => other.ranges.filter(block => overlaps(range, block)).map(block => [range.text, block.text]))[0];
    if (!both || own === other) { continue; }
    trace.find({
      code: 'OverlappingCidr',
      place: connection,
      reason: `${own.label} and ${other.label} have addresses in common (${both.join(' and ')}): AWS does not peer such VPCs.`,
      fix: { text: 'Give one of the VPCs another address block, which replaces it; or use PrivateLink, where addresses may overlap.', patches: [] },
    });
  }
}

/** A security group is of one VPC, and what has it is there too, unless the group is shared with other VPCs. */
export function checkGroupVpcs(network: Network, trace: Trace): void {
  const shared = network.stacks.ofType('AWS::EC2::SecurityGroupVpcAssociation').map(one => one.get('GroupId'));
  for (const party of network.parties.all) {
    const vpc = party.places[0]?.subnet.resource && party.vpc?.resource ? party.vpc : undefined;
    for (const group of party.groups) {
      const { resource } = group;
      if (!vpc || !resource || resource.type !== 'AWS::EC2::SecurityGroup' || shared.some(one => one instanceof Reference && one.resource === resource)) { continue; }
      const own = resource.get('VpcId');
      const elsewhere = own === undefined || (own instanceof Reference && !sameValue(own, vpc.value));
      if (!elsewhere) { continue; }
      const referred = refer(resource.stack, vpc.value);
      trace.find({
        code: 'SecurityGroupVpc',
        place: resource,
        detail: party.node.label,
        location: 'Properties.VpcId',
        reason: `${party.node.label} is in ${vpc.label}, and its security group ${group.label} is ${own === undefined ? 'in no VPC that it names' : 'in another VPC'}: EC2 refuses that.`,
        fix: { text: `Make the group in ${vpc.label}, which replaces it.`, patches: referred ? [change(resource, { VpcId: referred.expression }), ...referred.patches] : [] },
      });
    }
  }
}

/** Targets that no request gets to, because nothing forwards to their group. */
export function checkUnused(network: Network, trace: Trace, used: ReadonlySet<string>): void {
  const idle = network.balancers.targetGroups.filter(group => !used.has(group.key) && network.targets.of(group).some(target => target.kind !== 'unknown'));
  for (const { resource, type } of idle) {
    const { stack } = resource;
    const registers = /^Custom::InterfaceEndpointTarget$|^AWS::AutoScaling::AutoScalingGroup$|^AWS::ECS::Service$/;
    const names = (one: Resource) => one.names().some(name => mentioned(one.written(name)).includes(resource.logicalId));
    const named = [...stack.resources.values()].some(one => one !== resource && !registers.test(one.type) && names(one))
      || mentioned(Object.values(stack.section('Outputs'))).includes(resource.logicalId);
    if (named || type === 'lambda') { continue; }
    trace.find({
      code: 'TargetGroupUnused',
      severity: 'warning',
      place: resource,
      reason: `${resource.label} has targets, and no listener or rule forwards to it.`,
      fix: { text: 'Add a rule that forwards to it, or take it away.', patches: [] },
    });
  }
}
