import { cloudFormation, elbv2, log, pages } from './aws';
import { REGISTRATION_TYPE, REPAIR_FAILED, RepairEvent, RESERVE_SECONDS } from './contract';
import { Records } from './record';
import { reconcile } from './registration';
import { Run } from './run';
import { tagsOf } from './target-group';

/** Compares what each registration of a stack wants with what is there, and mends it. */
export async function repair({ StackId }: RepairEvent, remainingMs: () => number): Promise<void> {
  const status = await new Run({ StackId, LogicalResourceId: 'Repair' }, remainingMs()).stackStatus();
  if (status === '' || status.endsWith('_IN_PROGRESS')) {
    log('no repair during a deployment', { status });
    return;
  }
  const resources = await pages(
    NextToken => cloudFormation().listStackResources({ StackName: StackId, NextToken }), answer => answer.StackResourceSummaries);
  for (const { ResourceType, LogicalResourceId, PhysicalResourceId = '' } of resources) {
    const group = PhysicalResourceId.split('@')[1];
    if (ResourceType !== REGISTRATION_TYPE || !group) { continue; }
    if (remainingMs() < 2 * RESERVE_SECONDS * 1_000) {
      log('the rest at the next time', { from: LogicalResourceId });
      return;
    }
    const run = new Run({ StackId, LogicalResourceId: LogicalResourceId! }, remainingMs());
    await mend(run, group).catch(error => run.log(REPAIR_FAILED, { group, error: `${error}` }));
  }
}

async function mend(run: Run, group: string): Promise<void> {
  const { wanted } = new Records(run.name, await tagsOf(group));
  if (!wanted) {
    run.log('nothing recorded', { group });
    return;
  }
  const { TargetGroups } = await elbv2().describeTargetGroups({ TargetGroupArns: [group] });
  const { VpcId, IpAddressType } = TargetGroups![0];
  await reconcile(run, { EndpointId: wanted.endpointId, Port: `${wanted.port}`, TargetGroupArn: group, TargetGroupVpcId: VpcId, IpAddressType }, true);
}
