import { aws_elasticloadbalancingv2 as elbv2, Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { Asked, Validate } from './validate';

/** How a Lambda function is asked for its health when somebody wants it: as ELBv2 would have it. */
export const FUNCTION_HEALTH_CHECK: elbv2.HealthCheck = { enabled: true, interval: Duration.seconds(35), timeout: Duration.seconds(30) };

/** How the targets of an Application Load Balancer are asked for their health when nobody says how. */
export function defaultHealthCheck(protocol: elbv2.ApplicationProtocol, version: elbv2.ApplicationProtocolVersion | undefined): elbv2.HealthCheck {
  return {
    // left out, it would be HTTP also for a group that speaks HTTPS
    protocol: protocol as string as elbv2.Protocol,
    // gRPC has a path and codes of its own, which are ELBv2's defaults
    ...version === elbv2.ApplicationProtocolVersion.GRPC ? {} : { path: '/', healthyHttpCodes: '200' },
    interval: Duration.seconds(30),
    timeout: Duration.seconds(5),
    healthyThresholdCount: 3,
    unhealthyThresholdCount: 3,
  };
}

/** One health check of several, of which the later go before the earlier, prop by prop. */
export function mergedHealthCheck(scope: IConstruct, prop: string, asked: Asked, layers: (elbv2.HealthCheck | undefined)[]): elbv2.HealthCheck {
  const healthCheck = Object.assign({}, ...layers);
  new Validate(scope).healthCheck(prop, healthCheck, asked);
  return healthCheck;
}

/** The port of a health check, where it is not that of the traffic. */
export function healthCheckPorts(healthCheck: elbv2.HealthCheck | undefined): number[] {
  const port = healthCheck?.port;
  return port === undefined || port === 'traffic-port' ? [] : [Token.isUnresolved(port) ? Token.asNumber(port) : Number(port)];
}
