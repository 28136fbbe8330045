import { aws_elasticloadbalancingv2 as elbv2, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Validate } from './validate';
import { TargetHealthGate } from '../target-health-gate/target-health-gate';

/** The gate of a construct that may wait for its target groups; there is none before there is a group. */
export class HealthGate {
  private gate?: TargetHealthGate;

  constructor(private readonly scope: Construct, private readonly waitForHealthy: Duration | undefined) {
    new Validate(scope).healthWait('waitForHealthy', waitForHealthy);
  }

  /**
   * @param targetGroup what must be healthy
   * @param behind what stands behind it: the gate comes after what these need, too
   */
  public add(targetGroup: elbv2.ITargetGroup, behind: elbv2.ITargetGroup[] = []): void {
    if (!this.waitForHealthy) { return; }
    this.gate ??= new TargetHealthGate(this.scope, 'HealthGate', { targetGroups: [], timeout: this.waitForHealthy });
    this.gate.addTargetGroup(targetGroup);
    behind.forEach(each => this.gate!._comeAfter(each));
  }
}
