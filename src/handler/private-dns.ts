import { ec2, isNamed, sleep } from './aws';
import { HEALTH_SECONDS, PrivateDnsProperties } from './contract';
import { Answer, Event, Run, sameId } from './run';

const POLL_MS = 15_000;

/** A service that was just made may not show at once. */
const VISIBILITY_MS = 30_000;

/** A verification that failed is started again: name servers may not show the record yet. */
const RESTART = 'failed';

/** A name that was just given, or has just changed, may not show yet. */
const UNKNOWN = 'unknown';

/** Verifies the private DNS name of an endpoint service: CloudFormation starts no verification, and does not wait for one. */
export async function privateDns(run: Run, event: Event<PrivateDnsProperties>): Promise<Answer> {
  const answer = sameId(run, event);
  // name and record go with their own resources
  if (event.RequestType === 'Delete') { return answer; }
  try {
    await verify(run, event.ResourceProperties);
  } catch (error) {
    if (!await run.isRollingBack(true)) { throw error; }
    run.log('not verified', { error: `${error}` });
  }
  return answer;
}

async function verify(run: Run, properties: PrivateDnsProperties): Promise<void> {
  const { ServiceId, PrivateDnsName } = properties;
  const start = Date.now();
  const end = run.until(2 * HEALTH_SECONDS);
  for (let isStarted = false; ;) {
    const state = await stateOf(properties, Date.now() - start < VISIBILITY_MS);
    if (state === 'verified') { return; }
    if (Date.now() >= end || (isStarted && await run.isRollingBack(false))) {
      throw new Error(`The private DNS name ${PrivateDnsName} of ${ServiceId} is not verified, its state is ${state}. Look whether public name servers answer with the TXT record, `
        + 'and whether the zone is the one that the domain is delegated to.');
    }
    if (state === RESTART || (state !== UNKNOWN && !isStarted)) {
      await ec2().startVpcEndpointServicePrivateDnsVerification({ ServiceId });
      isStarted = true;
    }
    run.log('waiting for verification', { service: ServiceId, name: PrivateDnsName, state });
    await sleep(POLL_MS);
  }
}

async function stateOf({ ServiceId, PrivateDnsName }: PrivateDnsProperties, isYoung: boolean): Promise<string> {
  const { ServiceConfigurations } = await ec2().describeVpcEndpointServiceConfigurations({ ServiceIds: [ServiceId] }).catch(error => {
    if (!isNamed(error, 'InvalidVpcEndpointServiceId.NotFound') || !isYoung) { throw error; }
    return { ServiceConfigurations: [] };
  });
  const service = ServiceConfigurations?.[0];
  return service?.PrivateDnsName === PrivateDnsName ? service.PrivateDnsNameConfiguration?.State ?? UNKNOWN : UNKNOWN;
}
