import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { acceptance } from './acceptance';
import { ACCEPTANCE_TYPE, DRAIN_TYPE, HEALTH_GATE_TYPE, PRIVATE_DNS_TYPE, REGISTRATION_TYPE, RepairEvent } from './contract';
import { drain } from './drain';
import { shortened } from './health';
import { healthGate } from './health-gate';
import { privateDns } from './private-dns';
import { registration } from './registration';
import { repair } from './repair';
import { Answer, Event, Run } from './run';

const RESOURCES: { readonly [type: string]: (run: Run, event: Event<any>) => Promise<Answer> } = {
  [REGISTRATION_TYPE]: registration,
  [DRAIN_TYPE]: drain,
  [HEALTH_GATE_TYPE]: healthGate,
  [PRIVATE_DNS_TYPE]: privateDns,
  [ACCEPTANCE_TYPE]: acceptance,
};

/** What the framework of the CDK (`custom_resources.Provider`) calls for each event of a custom resource, and the schedule of the repair. */
export async function handler(event: CloudFormationCustomResourceEvent | RepairEvent, context?: Context): Promise<Answer | void> {
  if (event.RequestType === 'Repair') { return repair(event, () => context?.getRemainingTimeInMillis() ?? Infinity); }
  const run = new Run(event, context?.getRemainingTimeInMillis());
  try {
    return await (RESOURCES[event.ResourceType] ?? unknown)(run, event);
  } catch (error) {
    run.log('failed', { requestType: event.RequestType, error: `${error}` });
    throw new Error(shortened(`${purpose(event)}: ${error instanceof Error && error.name === 'Error' ? error.message : error}`));
  }
}

/** What another version of this function made: it may go, and nothing else. */
async function unknown(run: Run, event: Event<unknown>): Promise<Answer> {
  if (event.RequestType !== 'Delete') { throw new Error(`'${event.ResourceType}' is not known here. Known are ${Object.keys(RESOURCES).join(', ')}`); }
  run.log('unknown', { type: event.ResourceType });
  return { PhysicalResourceId: event.PhysicalResourceId };
}

function purpose({ RequestType, ResourceType, LogicalResourceId, ResourceProperties }: CloudFormationCustomResourceEvent): string {
  const { EndpointId, Port, TargetGroupArn } = ResourceProperties;
  if (ResourceType !== REGISTRATION_TYPE) { return `${RequestType} of ${LogicalResourceId} failed`; }
  const verb = RequestType === 'Delete' ? 'remove the addresses' : 'register the network interfaces';
  return `Cannot ${verb} of endpoint ${EndpointId} on port ${Port} in target group ${TargetGroupArn}`;
}
