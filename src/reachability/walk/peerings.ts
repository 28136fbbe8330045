import { Trace } from './trace';
import { overlaps } from '../model/address';
import { Network } from '../model/network';

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
