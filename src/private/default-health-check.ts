import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';

/** How the targets of an Application Load Balancer are asked for their health when nobody says how. */
export function defaultHealthCheck(protocol: elbv2.ApplicationProtocol, version: elbv2.ApplicationProtocolVersion | undefined): elbv2.HealthCheck {
  return {
    // left out, it would be HTTP also for a group that speaks HTTPS
    protocol: protocol as string as elbv2.Protocol,
    path: '/',
    ...version === elbv2.ApplicationProtocolVersion.GRPC ? {} : { healthyHttpCodes: '200' },
    interval: Duration.seconds(30),
    timeout: Duration.seconds(5),
    healthyThresholdCount: 3,
    unhealthyThresholdCount: 3,
  };
}
