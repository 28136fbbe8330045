import type { VpcEndpoint } from '@aws-sdk/client-ec2';
import { ec2, isNamed, sleep } from './aws';
import { AcceptanceProperties, HEALTH_SECONDS } from './contract';
import { Answer, Event, Run, sameId } from './run';

const POLL_MS = 15_000;

/** An endpoint that was just made may not show at once. */
const VISIBILITY_MS = 30_000;

/** States in which traffic can pass. */
const OPEN = /^(available|partial)$/i;

/** States in which nothing comes of waiting. */
const CLOSED = /^(rejected|failed|expired|deleting|deleted)$/i;

/** Waits until somebody has accepted an endpoint: CloudFormation goes on when it is made. */
export async function acceptance(run: Run, event: Event<AcceptanceProperties>): Promise<Answer> {
  const answer = sameId(run, event);
  // the connection goes with the endpoint
  if (event.RequestType === 'Delete') { return answer; }
  try {
    await untilAccepted(run, event.ResourceProperties.EndpointId, event.StackId.split(':')[4]);
  } catch (error) {
    if (!await run.isRollingBack(true)) { throw error; }
    run.log('not accepted', { error: `${error}` });
  }
  return answer;
}

async function untilAccepted(run: Run, endpointId: string, account: string): Promise<void> {
  const start = Date.now();
  const end = run.until(2 * HEALTH_SECONDS);
  for (;;) {
    const endpoint = await look(endpointId, Date.now() - start < VISIBILITY_MS);
    const state = `${endpoint?.State ?? 'not shown'}`;
    if (OPEN.test(state)) { return; }
    if (CLOSED.test(state) || Date.now() >= end || await run.isRollingBack(false)) {
      throw new Error(`Endpoint ${endpointId} of ${endpoint?.ServiceName} is ${state}, so that its routes were not changed. The provider of the service accepts it with `
        + `'${commandFor(endpointId, endpoint)}' while a deployment waits, or names account ${account} in its 'acceptedAccounts'.`);
    }
    run.log('waiting for acceptance', { endpoint: endpointId, state, command: commandFor(endpointId, endpoint) });
    await sleep(Math.min(POLL_MS, Math.max(0, end - Date.now())));
  }
}

async function look(endpointId: string, isYoung: boolean): Promise<VpcEndpoint | undefined> {
  const { VpcEndpoints } = await ec2().describeVpcEndpoints({ VpcEndpointIds: [endpointId] }).catch(error => {
    if (!isNamed(error, 'InvalidVpcEndpointId.NotFound') || !isYoung) { throw error; }
    return { VpcEndpoints: [] };
  });
  return VpcEndpoints?.[0];
}

/** What the provider runs. Region and id of a service are the last parts of its name. */
function commandFor(endpointId: string, endpoint: VpcEndpoint | undefined): string {
  const [region = 'REGION', serviceId = 'SERVICE_ID'] = `${endpoint?.ServiceName}`.split('.').slice(-2);
  return `aws ec2 accept-vpc-endpoint-connections --region ${region} --service-id ${serviceId} --vpc-endpoint-ids ${endpointId}`;
}
