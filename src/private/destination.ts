import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, CustomResource, Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { portOfProtocol } from './protocol';
import { Registration } from '../interface-endpoint-target/registration';

/** How a route speaks to its endpoint. */
export interface TargetsProps {
  readonly port: number;
  /** Also `port`, where the route names another one than the endpoint's own. */
  readonly ownPort?: number;
  readonly protocol: elbv2.ApplicationProtocol;
  readonly protocolVersion?: elbv2.ApplicationProtocolVersion;
  readonly healthCheck: elbv2.HealthCheck;
  readonly deregistrationDelay: Duration;
  readonly refresh?: string;
}

/** A target group and what keeps the endpoint's addresses in it. */
export interface Targets {
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  readonly registration: CustomResource;
}

/**
 * One endpoint with the target groups of the routes that lead to it.
 *
 * Ids come from the endpoint and, where several routes lead to one port of it, from their order; not from the routes' ids or priorities. A renamed route or a
 * swapped priority then changes a rule and nothing else, and routes that change places exchange groups whose targets are the same.
 */
export class Destination extends Construct {
  public readonly endpoint: ec2.IInterfaceVpcEndpoint;
  private readonly groups = new Map<string, number>();

  /**
   * @param endpoint one that exists, or the props of one to make
   */
  constructor(scope: Construct, id: string, endpoint: ec2.IInterfaceVpcEndpoint | ec2.InterfaceVpcEndpointProps) {
    super(scope, id);
    this.endpoint = 'vpcEndpointId' in endpoint ? endpoint : new ec2.InterfaceVpcEndpoint(this, 'Endpoint', endpoint);
  }

  public addTargets(vpc: ec2.IVpc, props: TargetsProps): Targets {
    const port = props.ownPort === undefined ? '' : `Port${props.ownPort}`;
    const count = (this.groups.get(port) ?? 0) + 1;
    this.groups.set(port, count);
    const ordinal = `${port}${count === 1 ? '' : `${port && 'N'}${count}`}`;
    const targetGroup = new elbv2.ApplicationTargetGroup(this, `TargetGroup${ordinal}`, {
      vpc,
      targetType: elbv2.TargetType.IP,
      // each address is registered with its own port: this one is for show, so that another port replaces nothing
      port: portOfProtocol(props.protocol),
      protocol: props.protocol,
      protocolVersion: props.protocolVersion,
      healthCheck: props.healthCheck,
      deregistrationDelay: props.deregistrationDelay,
    });
    const registration = new Registration(this, `Registration${ordinal}`, {
      endpoint: this.endpoint, targetGroup, port: props.port, refresh: props.refresh,
    });
    return { targetGroup, registration };
  }
}
