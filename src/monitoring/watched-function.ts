import { aws_cloudwatch as cloudwatch, Names, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { alarmOf } from './alarms';
import { functionErrors } from './metrics';
import { Registrar } from '../handler/registrar';
import { repairMetric } from '../handler/repair-schedule';

/** The function of each stack that keeps registrations, once. */
export class WatchedFunction {
  private readonly seen = new Set<string>();

  constructor(private readonly scope: Construct, private readonly keep: (alarm: cloudwatch.Alarm) => void) {}

  public watch(registration: IConstruct, repairAlarm: cloudwatch.Alarm | undefined): void {
    const registrar = Registrar.of(registration as Construct);
    const stack = Stack.of(registration);
    this.once(`Function${stack === Stack.of(this.scope) ? '' : Names.nodeUniqueId(stack.node)}`, id => {
      this.keep(alarmOf(this.scope, id, functionErrors(this.scope, registrar.fn), {
        threshold: 1,
        periods: 1,
        means: `A registration, a drain or a gate of ${stack.stackName} failed, and with it a deployment. The reason is in the stack's events, all of it in the log of the function.`,
      }));
    });
    if (!repairAlarm) { return; }
    this.once(`Repairs${stack === Stack.of(this.scope) ? '' : Names.nodeUniqueId(stack.node)}`, id => {
      // the alarm is there already; in another stack it could not have the topic of this one without depending on it
      this.keep(stack === Stack.of(this.scope) ? repairAlarm : alarmOf(this.scope, id, repairMetric(stack.stackName), {
        threshold: 1,
        periods: 1,
        means: `Targets of interface endpoints in ${stack.stackName} were not what they should be, and were repaired, or could not be: see the function's log`,
      }));
    });
  }

  private once(id: string, make: (id: string) => void): void {
    if (this.seen.has(id)) { return; }
    this.seen.add(id);
    make(id);
  }
}
