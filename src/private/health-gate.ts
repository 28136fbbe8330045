import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Validate } from './validate';
import { TargetHealthGate } from '../target-health-gate/target-health-gate';

/** The gate of a construct that may wait for its target groups. */
export function healthGate(scope: Construct, waitForHealthy: Duration | undefined): TargetHealthGate | undefined {
  new Validate(scope).seconds('waitForHealthy', waitForHealthy, 10, 720, 'A Lambda function waits, which cannot take longer.');
  return waitForHealthy && new TargetHealthGate(scope, 'HealthGate', { targetGroups: [], timeout: waitForHealthy });
}
