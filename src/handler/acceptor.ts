import type { VpcEndpointConnection } from '@aws-sdk/client-ec2';
import { impatientEc2, log, pages } from './aws';

/** What is not begun any more is left to the next run. */
const LAST_MS = 15_000;

const PENDING = 'pendingAcceptance';

/** Whose endpoints of which service are accepted. */
export interface Acceptor {
  readonly serviceId: string;
  readonly accounts: string[];
  readonly remainingMs: () => number;
}

/** Accepts what waits, as far as its owner is named. What somebody rejected stays rejected. */
export async function acceptPending({ serviceId, accounts, remainingMs }: Acceptor): Promise<void> {
  const failed: string[] = [];
  const waiting = await pendingConnections(serviceId);
  const others = waiting.filter(({ VpcEndpointOwner }) => !accounts.includes(`${VpcEndpointOwner}`));
  if (others.length > 0) { log('left to be accepted by hand', { service: serviceId, connections: others.map(described) }); }
  for (const connection of waiting.filter(each => !others.includes(each))) {
    if (remainingMs() < LAST_MS) {
      log('the rest at the next time', { service: serviceId });
      break;
    }
    // one at a time: what is wrong with one must not keep the others waiting
    const refusal = await accept(serviceId, connection.VpcEndpointId!);
    log(refusal ? 'not accepted' : 'accepted', { service: serviceId, connection: described(connection), error: refusal });
    if (refusal) { failed.push(`${described(connection)}: ${refusal}`); }
  }
  // counted among the function's errors
  if (failed.length > 0) { throw new Error(`Not accepted: ${failed.slice(0, 5).join(' | ')}${failed.length > 5 ? ` and ${failed.length - 5} more` : ''}`); }
}

async function pendingConnections(serviceId: string): Promise<VpcEndpointConnection[]> {
  const Filters = [{ Name: 'service-id', Values: [serviceId] }, { Name: 'vpc-endpoint-state', Values: [PENDING] }];
  const connections = await pages(
    NextToken => impatientEc2().describeVpcEndpointConnections({ Filters, NextToken }), answer => answer.VpcEndpointConnections);
  return connections.filter(({ VpcEndpointState }) => `${VpcEndpointState}`.toLowerCase() === PENDING.toLowerCase());
}

/** Why not, if not. */
async function accept(ServiceId: string, endpointId: string): Promise<string | undefined> {
  try {
    const { Unsuccessful = [] } = await impatientEc2().acceptVpcEndpointConnections({ ServiceId, VpcEndpointIds: [endpointId] });
    return Unsuccessful.length === 0 ? undefined : Unsuccessful.map(({ Error: error }) => `${error?.Code}: ${error?.Message}`).join(', ');
  } catch (error) {
    return `${error}`;
  }
}

function described({ VpcEndpointId, VpcEndpointOwner }: VpcEndpointConnection): string {
  return `${VpcEndpointId} of ${VpcEndpointOwner}`;
}
