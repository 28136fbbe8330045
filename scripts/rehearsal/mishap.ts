import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientOptions, readAccount } from './account';
import { Emulator } from './emulator';

/** Deregisters a target that a registration brought, as somebody does by mistake. */
export async function takeOutSomeTarget(emulator: Emulator): Promise<void> {
  const { tags, health } = await readAccount(emulator);
  const group = tags.find(({ Tags = [] }) => Tags.some(({ Key }) => Key!.startsWith('cdk-alb-privatelink:targets:')))!.ResourceArn!;
  await new ElasticLoadBalancingV2(clientOptions(emulator)).deregisterTargets({ TargetGroupArn: group, Targets: [health.get(group)![0].Target!] });
}

/** Sends a scheduled event now: time is the rehearsal's. */
export async function fireSchedule({ url }: Emulator, expression: string): Promise<void> {
  const { Rules } = await events(url, 'ListRules', {});
  const rule = Rules.find(({ ScheduleExpression }: { ScheduleExpression: string }) => ScheduleExpression === expression);
  const { Targets: [{ Arn, Input }] } = await events(url, 'ListTargetsByRule', { Rule: rule.Name });
  const answer = await fetch(`${url}/2015-03-31/functions/${encodeURIComponent(Arn)}/invocations`, { method: 'POST', body: Input ?? '{}' });
  if (!answer.ok || answer.headers.has('x-amz-function-error')) { throw new Error(`the scheduled function failed: ${await answer.text()}`); }
}

async function events(url: string, operation: string, input: object): Promise<any> {
  const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSEvents.${operation}` };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) })).json();
}
