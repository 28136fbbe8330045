import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, CustomResource, Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { defaultHealthCheck, FUNCTION_HEALTH_CHECK, healthCheckPorts, mergedHealthCheck } from './health-check';
import { checkKind, checkKinds } from './kinds';
import { checkProtocolVersion, portOfProtocol, protocolOfPort } from './protocol';
import { Asked, askedIn, invalid, Validate } from './validate';
import { areDifferentVpcs } from './vpc-attributes';
import { AlbTargetGroupOptions } from '../alb-options';
import { Backend, BackendConfig } from '../backend';
import { InterfaceEndpointTarget } from '../interface-endpoint-target/interface-endpoint-target';

/** How long a target of an Application Load Balancer that is taken out may finish its requests, unless somebody says. */
export const DEREGISTRATION_DELAY = Duration.seconds(30);

/** What a target group is told besides its backend. */
export interface BackendTargetGroupProps {
  readonly vpc: ec2.IVpc;
  readonly backend: Backend;
  /** Who sends the requests: its groups are opened towards the backend. */
  readonly loadBalancer: ec2.IConnectable;
  /** The user's settings go before the backend's, and these before the load balancer's own, prop by prop. */
  readonly healthCheck?: elbv2.HealthCheck;
}

export interface ApplicationBackendTargetGroupProps extends BackendTargetGroupProps, AlbTargetGroupOptions {
  /** What the listener speaks. */
  readonly listenerProtocol: elbv2.ApplicationProtocol;
  /** What errors call the route, `routes.shop.` for instance. */
  readonly routePrefix?: string;
}

export interface NetworkBackendTargetGroupProps extends BackendTargetGroupProps {
  readonly tls: boolean;
  readonly proxyProtocolV2?: boolean;
  readonly defaultHealthCheck?: elbv2.HealthCheck;
}

/** A target group with a backend in it, and what must be there before requests are sent to it. */
export interface ApplicationBackendTargetGroup {
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  readonly registrations: CustomResource[];
}

/** A target group of an Application Load Balancer with a backend in it, reachable. */
export function applicationBackendTargetGroup(
  scope: Construct, id: string, props: ApplicationBackendTargetGroupProps,
): ApplicationBackendTargetGroup {
  const config = props.backend.bind(scope);
  checkConfig(scope, config);
  if (config.applicationTargets === undefined) {
    throw invalid(scope, `'backend' (target type '${config.targetType}') does not fit behind an Application Load Balancer: it has ${config.networkTargets ? 'network targets only' : "no 'applicationTargets'"}. `
      + 'Put it behind a Network Load Balancer (NlbEndpointService), or use Backend.instances(), .autoScalingGroup(), .ecsService(), .ipAddresses(), '
      + '.lambdaFunction() or .applicationTargets().');
  }
  checkTargetType(scope, config, 'an Application Load Balancer', [elbv2.TargetType.INSTANCE, elbv2.TargetType.IP, elbv2.TargetType.LAMBDA]);
  const isLambda = config.targetType === elbv2.TargetType.LAMBDA;
  const reach = isLambda ? invocation(scope, config, props) : connection(scope, config, props);
  const targetGroup = ofOneType(scope, config, () => new elbv2.ApplicationTargetGroup(scope, `${id}${config.targetsId ?? ''}`, {
    vpc: props.vpc,
    targetType: config.targetType,
    targets: config.applicationTargets,
    ...reach,
  }));
  openBackend(props.loadBalancer, config, reach.healthCheck);
  const endpoints = config.applicationTargets.filter((target): target is InterfaceEndpointTarget => target instanceof InterfaceEndpointTarget);
  return { targetGroup, registrations: endpoints.map(endpoint => endpoint.registration(targetGroup)) };
}

/** What a backend of a user may return, and options that the factories hand on. */
function checkConfig(scope: Construct, { connectables, openPorts, port, targetsId }: BackendConfig): void {
  checkKinds(scope, 'connectables', connectables, 'client');
  if (openPorts) { checkKind(scope, 'openPorts', openPorts, 'ports'); }
  new Validate(scope).integer('port', port, 1, 65535, 'It is the port of the backend.');
  if (targetsId !== undefined && Token.isUnresolved(targetsId)) {
    throw invalid(scope, "'targetsId' must be a text that is known at synth, got a token. It is part of the logical id of the target group.");
  }
}

function checkTargetType(scope: Construct, { targetType }: BackendConfig, what: string, allowed: elbv2.TargetType[]): void {
  if (!allowed.includes(targetType)) {
    throw invalid(scope, `'targetType' must be one of ${allowed.map(type => `'${type}'`).join(', ')} behind ${what}, got: '${targetType}'.`);
  }
}

/** How targets are reached that answer on a port. */
function connection(scope: Construct, config: BackendConfig, props: ApplicationBackendTargetGroupProps): elbv2.ApplicationTargetGroupProps {
  const { listenerProtocol, routePrefix = '', protocolVersion, deregistrationDelay = DEREGISTRATION_DELAY } = props;
  const port = portOf(scope, config);
  const protocol = props.protocol ?? config.protocol ?? protocolOfPort(port);
  checkProtocolVersion(scope, `${routePrefix}protocolVersion`, protocolVersion, listenerProtocol);
  new Validate(scope).seconds(`${routePrefix}deregistrationDelay`, deregistrationDelay, 0, 3600);
  const healthCheck = mergedHealthCheck(scope, `${routePrefix}healthCheck`, askedIn(protocolVersion), [
    defaultHealthCheck(protocol, protocolVersion), config.healthCheck, props.healthCheck,
  ]);
  return { port: groupPort(config, port, protocol), protocol, protocolVersion, deregistrationDelay, healthCheck };
}

/** How a function is reached: without a connection, and checked only when somebody asks for it. */
function invocation(scope: Construct, config: BackendConfig, props: ApplicationBackendTargetGroupProps): elbv2.ApplicationTargetGroupProps {
  const { routePrefix = '' } = props;
  const healthCheck = props.healthCheck ?? config.healthCheck;
  const needless: string[] = (['protocol', 'protocolVersion', 'deregistrationDelay'] as const).filter(prop => props[prop] !== undefined);
  needless.push(...(['port', 'protocol'] as const).filter(prop => healthCheck?.[prop] !== undefined).map(prop => `healthCheck.${prop}`));
  if (needless.length > 0) {
    throw invalid(scope, `${needless.map(prop => `'${routePrefix}${prop}'`).join(', ')} must not be set for a Lambda function, which is invoked without a connection. Leave it out.`);
  }
  return {
    healthCheck: healthCheck && mergedHealthCheck(scope, `${routePrefix}healthCheck`, Asked.FUNCTION, [FUNCTION_HEALTH_CHECK, config.healthCheck, props.healthCheck]),
  };
}

/** Why a backend does not fit behind a Network Load Balancer. */
function lackOf({ networkTargets, applicationTargets }: BackendConfig): string {
  return networkTargets ? "no 'port'" : applicationTargets ? 'application targets only' : "no 'networkTargets'";
}

/** A target group of a Network Load Balancer with a backend in it, reachable; and what the backend speaks, where it says so. */
export function networkBackendTargetGroup(
  scope: Construct, id: string, props: NetworkBackendTargetGroupProps,
): { targetGroup: elbv2.NetworkTargetGroup; protocol?: elbv2.ApplicationProtocol } {
  const config = props.backend.bind(scope);
  checkConfig(scope, config);
  if (config.networkTargets === undefined || config.port === undefined) {
    throw invalid(scope, `'backend' (target type '${config.targetType}') does not fit behind a Network Load Balancer: it has ${lackOf(config)}. `
      + 'Put it behind an Application Load Balancer, and publish that one with Backend.applicationLoadBalancer(); '
      + 'or use Backend.instances(), .autoScalingGroup(), .ecsService(), .ipAddresses() or .networkTargets().');
  }
  checkTargetType(scope, config, 'a Network Load Balancer', [elbv2.TargetType.INSTANCE, elbv2.TargetType.IP, elbv2.TargetType.ALB]);
  checkVpcOfAlb(scope, config, props.vpc);
  if (props.proxyProtocolV2 && config.targetType === elbv2.TargetType.ALB) {
    throw invalid(scope, "'proxyProtocolV2' must not be set in front of an Application Load Balancer, which does not understand it. "
      + 'Leave it out; the ALB reads the address of the client from the connection.');
  }
  if (props.tls && config.targetType === elbv2.TargetType.ALB) {
    throw invalid(scope, "'certificates' must not be set in front of an Application Load Balancer, which takes TCP only. "
      + "Give the certificates to the ALB's listener.");
  }
  // a path or codes mean HTTP, without having to say so
  const asksHttp = (props.healthCheck?.path ?? props.healthCheck?.healthyHttpCodes) !== undefined;
  const healthCheck = mergedHealthCheck(scope, 'healthCheck', Asked.NETWORK, [
    props.defaultHealthCheck, asksHttp ? { protocol: elbv2.Protocol.HTTP } : undefined, config.healthCheck, props.healthCheck,
  ]);
  const port = groupPort(config, config.port, elbv2.ApplicationProtocol.HTTP);
  const targetGroup = ofOneType(scope, config, () => new elbv2.NetworkTargetGroup(scope, id, {
    vpc: props.vpc,
    targetType: config.targetType,
    port,
    protocol: elbv2.Protocol.TCP,
    proxyProtocolV2: props.proxyProtocolV2,
    healthCheck,
    targets: config.networkTargets,
  }));
  openBackend(props.loadBalancer, config, healthCheck);
  return { targetGroup, protocol: config.protocol };
}

/** Of which type a target is only the CDK finds out, when it is added. */
function ofOneType<T>(scope: Construct, { targetType }: BackendConfig, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!/^Already have a of type/.test((error as Error).message)) { throw error; }
    throw invalid(scope, `'targetType' of the backend must be that of all its targets, got: '${targetType}' and targets of another type (${(error as Error).message}). `
      + 'Set it to that of the targets, and give each type a backend of its own.');
  }
}

/** An Application Load Balancer is the target of a Network Load Balancer beside it. */
function checkVpcOfAlb(scope: Construct, { connectables = [] }: BackendConfig, vpc: ec2.IVpc): void {
  const far = connectables.find((each): each is elbv2.ApplicationLoadBalancer =>
    each instanceof elbv2.ApplicationLoadBalancer && areDifferentVpcs(each.vpc, vpc));
  if (far) {
    throw invalid(scope, `the 'listener' of Backend.applicationLoadBalancer() belongs to ${far.node.path}, which stands in ${far.vpc!.node.path}, and the Network Load Balancer stands in ${vpc.node.path}. `
      + 'Put both into one VPC.');
  }
}

function portOf(scope: Construct, { port, targetType }: BackendConfig): number {
  if (port === undefined) {
    throw invalid(scope, `'backend' (target type '${targetType}') names no 'port', on which its targets answer. Return one from bind(); only functions have none.`);
  }
  return port;
}

/** The port of the group itself. Where each target brings its own it is for show, so that another port replaces nothing. */
function groupPort({ targetsHavePorts }: BackendConfig, port: number, protocol: elbv2.ApplicationProtocol): number {
  return targetsHavePorts ? portOfProtocol(protocol) : port;
}

/**
 * Opens both sides for traffic and health checks. Between two stacks the rules are written in the stack that depends on the other anyway: the one whose
 * group the call starts from.
 */
function openBackend(loadBalancer: ec2.IConnectable, config: BackendConfig, healthCheck: elbv2.HealthCheck | undefined): void {
  const ports = config.openPorts ? [config.openPorts] : config.port ? [ec2.Port.tcp(config.port)] : [];
  const opened = ports.map(String);
  ports.push(...healthCheckPorts(healthCheck).map(port => ec2.Port.tcp(port)).filter(port => !opened.includes(`${port}`)));
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
