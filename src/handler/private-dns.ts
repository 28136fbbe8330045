import { ec2, permitted, sleep } from './aws';
import { HEALTH_SECONDS, PrivateDnsProperties } from './contract';
import { Answer, Event, Run } from './run';

const POLL_MS = 15_000;

/** A verification that failed is started again: name servers may not show the record yet. */
const RESTART = 'failed';

/** Verifies the private DNS name of an endpoint service: CloudFormation starts no verification, and does not wait for one. */
export async function privateDns(run: Run, event: Event<PrivateDnsProperties>): Promise<Answer> {
  const answer = { PhysicalResourceId: event.RequestType === 'Create' ? run.name : event.PhysicalResourceId };
  // name and record go with their own resources
  if (event.RequestType === 'Delete') { return answer; }
  const { ServiceId, PrivateDnsName } = event.ResourceProperties;
  const end = run.until(2 * HEALTH_SECONDS);
  for (let state = await stateOf(event.ResourceProperties), started = false; state !== 'verified'; state = await stateOf(event.ResourceProperties)) {
    if (Date.now() >= end || (started && await run.isRollingBack(true))) {
      if (await run.isRollingBack(true)) { break; }
      throw new Error(`The private DNS name ${PrivateDnsName} of ${ServiceId} is not verified, its state is ${state}. Look whether public name servers answer with the TXT record, `
        + 'and whether the zone is the one that the domain is delegated to.');
    }
    if (!started || state === RESTART) {
      await permitted(() => ec2().startVpcEndpointServicePrivateDnsVerification({ ServiceId }));
      started = true;
    }
    run.log('waiting for verification', { service: ServiceId, name: PrivateDnsName, state });
    await sleep(POLL_MS);
  }
  return answer;
}

async function stateOf({ ServiceId, PrivateDnsName }: PrivateDnsProperties): Promise<string> {
  const { ServiceConfigurations } = await permitted(() => ec2().describeVpcEndpointServiceConfigurations({ ServiceIds: [ServiceId] }));
  const service = ServiceConfigurations?.[0];
  // a name that has just changed may not show yet
  return service?.PrivateDnsName === PrivateDnsName ? service.PrivateDnsNameConfiguration?.State ?? 'unknown' : 'unknown';
}
