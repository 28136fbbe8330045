import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Token } from 'aws-cdk-lib/core';

/** The port of a health check, where it is not that of the traffic. */
export function healthCheckPorts(healthCheck: elbv2.HealthCheck | undefined): number[] {
  const port = healthCheck?.port;
  return port === undefined || port === 'traffic-port' ? [] : [Token.isUnresolved(port) ? Token.asNumber(port) : Number(port)];
}
