import { aws_cloudwatch as cloudwatch, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { invalid } from './validate';
import { Registrar } from '../handler/registrar';

const [MIN, MAX] = [5, 24 * 60];

/** The alarm of the repair that a construct may ask for. */
export function repairAlarm(scope: Construct, interval: Duration | undefined): cloudwatch.Alarm | undefined {
  if (!interval) { return undefined; }
  const minutes = interval.isUnresolved() ? NaN : interval.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < MIN || minutes > MAX) {
    throw invalid(scope, `'repairInterval' must be between ${MIN} and ${MAX} whole minutes, got: ${Number.isNaN(minutes) ? 'a token' : `${minutes} min`}.`);
  }
  return Registrar.of(scope).repairEvery(interval);
}
