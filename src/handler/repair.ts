import { cloudFormation, elbv2, log, pages } from './aws';
import { REGISTRATION_TYPE, REPAIR_FAILED, RepairEvent, RESERVE_SECONDS } from './contract';
import { Records } from './record';
import { isAtRest, reconcile } from './registration';
import { Run } from './run';
import { Overtaken, tagsOfAll } from './target-group';

interface Patient {
  readonly run: Run;
  readonly group: string;
  readonly records: Records;
}

/** Compares what each registration of a stack wants with what is there, and mends it. */
export async function repair({ StackId }: RepairEvent, remainingMs: () => number): Promise<void> {
  const whole = new Run({ StackId, LogicalResourceId: 'Repair' }, remainingMs());
  const status = await whole.stackStatus();
  if (!isAtRest(status)) {
    log(status === '' ? REPAIR_FAILED : 'no repair during a deployment', { status });
    return;
  }
  try {
    // those that were looked after long ago come first, so that none that takes long keeps others from their turn for ever
    const patients = (await patientsIn(StackId, remainingMs)).sort((one, other) => one.records.lastStamp - other.records.lastStamp);
    for (const { run, group, records } of patients) {
      if (whole.until(2 * RESERVE_SECONDS) - Date.now() < 2 * RESERVE_SECONDS * 1_000) {
        run.log('the rest at the next time', { group });
        return;
      }
      await mend(run, group, records).catch(error => run.log(error instanceof Overtaken ? 'overtaken' : REPAIR_FAILED, { group, error: `${error}` }));
    }
  } catch (error) {
    log(REPAIR_FAILED, { error: `${error}` });
    throw error;
  }
}

async function patientsIn(StackId: string, remainingMs: () => number): Promise<Patient[]> {
  const resources = await pages(
    NextToken => cloudFormation().listStackResources({ StackName: StackId, NextToken }), answer => answer.StackResourceSummaries);
  const registrations = resources.filter(({ ResourceType }) => ResourceType === REGISTRATION_TYPE)
    .flatMap(({ LogicalResourceId, PhysicalResourceId = '' }) => {
      const group = PhysicalResourceId.split('@')[1];
      return group ? [{ run: new Run({ StackId, LogicalResourceId: LogicalResourceId! }, remainingMs()), group }] : [];
    });
  const tags = await tagsOfAll([...new Set(registrations.map(({ group }) => group))]);
  return registrations.map(({ run, group }) => ({ run, group, records: new Records(run.name, tags.get(group) ?? []) }));
}

async function mend(run: Run, group: string, { wanted }: Records): Promise<void> {
  const { TargetGroups } = await elbv2().describeTargetGroups({ TargetGroupArns: [group] });
  if (!TargetGroups?.[0]) { throw new Error('ELBv2 does not show the target group'); }
  if (!wanted) {
    run.log('nothing recorded', { group });
    return;
  }
  const [{ VpcId, IpAddressType }] = TargetGroups;
  await reconcile(run, { EndpointId: wanted.endpointId, Port: `${wanted.port}`, TargetGroupArn: group, TargetGroupVpcId: VpcId, IpAddressType }, true);
}
