import {
  aws_cloudwatch as cloudwatch, aws_events as events, aws_iam as iam, aws_lambda as lambda, aws_logs as logs,
  Aws, Duration, Lazy, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { REPAIR_FAILED, RepairEvent, TARGETS_REPAIRED } from './contract';

/** What Lambda writes when a run took too long. */
const TIMED_OUT = 'Task timed out';

/** How often a repair had something to do, or failed. */
export function repairMetric(stackName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: 'cdk-alb-privatelink', metricName: `Repairs of ${stackName}`, statistic: 'Sum', period: Duration.minutes(5) });
}

/** Runs the repair of a stack again and again, and tells when it had something to do. */
export class RepairSchedule extends Construct {
  public readonly alarm: cloudwatch.Alarm;
  private readonly intervals: Duration[] = [];

  constructor(scope: Construct, id: string, fn: lambda.Function, logGroup: logs.ILogGroup) {
    super(scope, id);
    const event: RepairEvent = { RequestType: 'Repair', StackId: Aws.STACK_ID };
    const rule = new events.CfnRule(this, 'Rule', {
      description: `Compares the targets of ${Aws.STACK_NAME} with its interface endpoints`,
      scheduleExpression: Lazy.string({ produce: () => events.Schedule.rate(this.shortest()).expressionString }),
      targets: [{ id: 'Function', arn: fn.functionArn, input: Stack.of(this).toJsonString(event) }],
    });
    fn.addPermission('Schedule', { principal: new iam.ServicePrincipal('events.amazonaws.com'), sourceArn: rule.attrArn });

    const { namespace, metricName } = repairMetric(Aws.STACK_NAME);
    new logs.MetricFilter(this, 'Metric', {
      logGroup,
      filterPattern: logs.FilterPattern.anyTerm(TARGETS_REPAIRED, REPAIR_FAILED, TIMED_OUT),
      metricNamespace: namespace,
      metricName,
      metricValue: '1',
    });
    this.alarm = repairMetric(Aws.STACK_NAME).createAlarm(this, 'Alarm', {
      alarmDescription: `Targets of interface endpoints in ${Aws.STACK_NAME} were not what they should be, and were repaired, or could not be: see the function's log`,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** The shortest interval that anybody asks for holds. */
  public every(interval: Duration): void {
    this.intervals.push(interval);
  }

  private shortest(): Duration {
    return Duration.minutes(Math.min(...this.intervals.map(interval => interval.toMinutes())));
  }
}
