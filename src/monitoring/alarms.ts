import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** From when on a metric is an alarm. */
export interface Condition {
  readonly threshold: number;
  /** The periods that are looked at, and how many of them must be so. */
  readonly periods: number;
  readonly ofThem?: number;
  /** What it means, and what to look at. */
  readonly means: string;
  /** What happens in periods with too few values for a percentile. */
  readonly lowSampleCount?: 'ignore';
  /** Whether silence is an alarm too; otherwise nothing is wrong where nothing happens. */
  readonly silenceIsIll?: boolean;
}

/** An alarm that goes off when a metric reaches a threshold. */
export function alarmOf(scope: Construct, id: string, metric: cloudwatch.IMetric, condition: Condition): cloudwatch.Alarm {
  const { threshold, periods, ofThem, means, silenceIsIll, lowSampleCount } = condition;
  return new cloudwatch.Alarm(scope, id, {
    metric,
    threshold,
    evaluationPeriods: periods,
    datapointsToAlarm: ofThem ?? periods,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: silenceIsIll ? cloudwatch.TreatMissingData.BREACHING : cloudwatch.TreatMissingData.NOT_BREACHING,
    evaluateLowSampleCountPercentile: lowSampleCount,
    alarmDescription: means,
  });
}

/** The share of requests that failed, in percent; zero while there are fewer errors than `least`. */
export function share(errors: cloudwatch.Metric[], requests: cloudwatch.Metric, least: number): cloudwatch.MathExpression {
  const names = errors.map((_, index) => `e${index + 1}`);
  const sum = names.map(name => `FILL(${name}, 0)`).join(' + ');
  return new cloudwatch.MathExpression({
    expression: `IF(${sum} >= ${least}, 100 * (${sum}) / requests, 0)`,
    usingMetrics: { ...Object.fromEntries(errors.map((error, index) => [names[index], error])), requests },
    label: 'Requests that failed, in percent',
    period: Duration.minutes(5),
  });
}
