import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { healthCheckPorts } from './health-check-ports';
import { invalid, Validate } from './validate';
import { Backend, BackendConfig } from '../backend';

/** What a target group is told besides its backend. */
export interface BackendTargetGroupProps {
  readonly vpc: ec2.IVpc;
  readonly backend: Backend;
  /** Who sends the requests: its groups are opened towards the backend. */
  readonly loadBalancer: ec2.IConnectable;
  /** The load balancer's own default; the backend's and then the user's settings go before it, prop by prop. */
  readonly defaultHealthCheck?: elbv2.HealthCheck;
  readonly healthCheck?: elbv2.HealthCheck;
}

export interface NetworkBackendTargetGroupProps extends BackendTargetGroupProps {
  readonly tls: boolean;
  readonly proxyProtocolV2?: boolean;
}

/** A target group of an Application Load Balancer with a backend in it, reachable. */
export function applicationBackendTargetGroup(scope: Construct, id: string, props: BackendTargetGroupProps): elbv2.ApplicationTargetGroup {
  const config = props.backend.bind(scope);
  if (config.applicationTargets === undefined) {
    throw invalid(scope, `this backend (target type '${config.targetType}') does not fit behind an Application Load Balancer: it has network targets only. `
      + 'Put it behind a Network Load Balancer (NlbEndpointService), or use Backend.instances(), .autoScalingGroup(), .ecsService(), .ipAddresses(), '
      + '.lambdaFunction() or .applicationTargets().');
  }
  const healthCheck = mergedHealthCheck(scope, 'application', config, props);
  const lambda = config.targetType === elbv2.TargetType.LAMBDA;
  const targetGroup = new elbv2.ApplicationTargetGroup(scope, id, {
    vpc: props.vpc,
    targetType: config.targetType,
    ...lambda ? {} : { port: config.port, protocol: elbv2.ApplicationProtocol.HTTP },
    healthCheck,
    targets: config.applicationTargets,
  });
  openBackend(props.loadBalancer, config, healthCheck);
  return targetGroup;
}

/** A target group of a Network Load Balancer with a backend in it, reachable. */
export function networkBackendTargetGroup(scope: Construct, id: string, props: NetworkBackendTargetGroupProps): elbv2.NetworkTargetGroup {
  const config = props.backend.bind(scope);
  if (config.networkTargets === undefined || config.port === undefined) {
    throw invalid(scope, `this backend (target type '${config.targetType}') does not fit behind a Network Load Balancer: it has application targets only. `
      + 'Put it behind an Application Load Balancer, and publish that one with Backend.applicationLoadBalancer(); '
      + 'or use Backend.instances(), .autoScalingGroup(), .ecsService(), .ipAddresses() or .networkTargets().');
  }
  if (props.proxyProtocolV2 && config.targetType === elbv2.TargetType.ALB) {
    throw invalid(scope, "'proxyProtocolV2' must not be set in front of an Application Load Balancer, which does not understand it. "
      + 'Leave it out; the ALB reads the address of the client from the connection.');
  }
  if (props.tls && config.targetType === elbv2.TargetType.ALB) {
    throw invalid(scope, "'certificates' must not be set in front of an Application Load Balancer, which takes TCP only. "
      + "Give the certificates to the ALB's listener.");
  }
  const healthCheck = mergedHealthCheck(scope, 'network', config, props);
  const targetGroup = new elbv2.NetworkTargetGroup(scope, id, {
    vpc: props.vpc,
    targetType: config.targetType,
    port: config.port,
    protocol: elbv2.Protocol.TCP,
    proxyProtocolV2: props.proxyProtocolV2,
    healthCheck,
    targets: config.networkTargets,
  });
  openBackend(props.loadBalancer, config, healthCheck);
  return targetGroup;
}

function mergedHealthCheck(
  scope: Construct, kind: 'application' | 'network', config: BackendConfig, props: BackendTargetGroupProps,
): elbv2.HealthCheck | undefined {
  // a path or codes mean HTTP, without having to say so
  const http = kind === 'network' && (props.healthCheck?.path ?? props.healthCheck?.healthyHttpCodes) !== undefined
    ? { protocol: elbv2.Protocol.HTTP } : undefined;
  const layers = [props.defaultHealthCheck, http, config.healthCheck, props.healthCheck].filter(layer => layer !== undefined);
  const healthCheck = layers.length > 0 ? Object.assign({}, ...layers) : undefined;
  new Validate(scope).healthCheck(healthCheck, kind);
  return healthCheck;
}

/**
 * Opens both sides for traffic and health checks. Between two stacks the rules are written in the stack that depends on the other anyway: the one whose
 * group the call starts from.
 */
function openBackend(loadBalancer: ec2.IConnectable, config: BackendConfig, healthCheck: elbv2.HealthCheck | undefined): void {
  const ports = config.openPorts ? [config.openPorts] : config.port ? [ec2.Port.tcp(config.port)] : [];
  if (healthCheck?.port !== `${config.port}`) { ports.push(...healthCheckPorts(healthCheck).map(port => ec2.Port.tcp(port))); }
  for (const connectable of config.connectables ?? []) {
    for (const port of ports) {
      if (config.selfRegistering) {
        connectable.connections.allowFrom(loadBalancer, port, 'From the load balancer');
      } else {
        loadBalancer.connections.allowTo(connectable, port, 'To the backend');
      }
    }
  }
}
