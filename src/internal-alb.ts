import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { AlbOptions, AlbTargetGroupOptions } from './alb-options';
import { Backend } from './backend';
import { applicationBackendTargetGroup } from './private/backend-target-group';
import { FrontDoor } from './private/front-door';
import { RouteTable } from './private/route-table';
import { invalid } from './private/validate';
import { RouteOptions } from './route-options';

/** Properties of `InternalAlb`. */
export interface InternalAlbProps extends AlbOptions, AlbTargetGroupOptions {
  /**
   * What answers the requests that no route takes.
   *
   * @default - 404, without a body
   */
  readonly backend?: Backend;
}

/** Which requests a route of an `InternalAlb` takes, and what answers them. */
export interface InternalAlbRouteOptions extends RouteOptions, AlbTargetGroupOptions {
  /**
   * What answers the requests of the route.
   */
  readonly backend: Backend;
}

/** What a route of an `InternalAlb` is made of. */
export interface InternalAlbRoute {
  /** The target group of the backend. */
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** The rule of the listener. */
  readonly rule: elbv2.ApplicationListenerRule;
  /** The place of the rule among those of the listener. */
  readonly priority: number;
}

/**
 * An internal Application Load Balancer in front of backends in its VPC, for clients in this and other VPCs, under a private name.
 *
 * Both sides of each security group rule are written, for traffic and health checks, and nobody is let in who was not named. Behind the load balancer a backend sees one
 * of its private addresses; the client's address is in `X-Forwarded-For`.
 *
 * The load balancer bills by the hour and by capacity units, each zone of a name by the month.
 *
 * @example
 * declare const foo: ec2.Vpc;
 * declare const bar: ec2.Vpc;
 * declare const web1: ec2.Instance;
 * declare const web2: ec2.Instance;
 *
 * new InternalAlb(this, 'Web', {
 *   vpc: foo,
 *   backend: Backend.instances([web1, web2], { port: 8080 }),
 *   clients: [ec2.Peer.ipv4(bar.vpcCidrBlock)],
 *   domainNames: ['alb.home'],
 *   domainVpcs: [bar],
 * });
 * new VpcPeering(this, 'FooBar', { vpc: foo, peerVpc: bar });
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
 */
export class InternalAlb extends Construct implements ec2.IConnectable {
  /** The Application Load Balancer. */
  public readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  /** The listener that answers; the one that redirects to it is not among the public parts. */
  public readonly listener: elbv2.ApplicationListener;
  /** The hosted zones of `domainNames`: one for each, or `domainZone`. */
  public readonly zones: route53.IHostedZone[];
  /** Where clients find the load balancer: by the first of `domainNames`, or the name that ELBv2 gave it. */
  public readonly url: string;
  /** The load balancer's security group, with the listener's port as default port. */
  public readonly connections: ec2.Connections;

  private readonly vpc: ec2.IVpc;
  private readonly frontDoor: FrontDoor;
  private readonly defaultTargetGroup?: elbv2.ApplicationTargetGroup;
  private readonly table: RouteTable;

  /**
   * @param scope the stack of the load balancer, or a construct in it
   * @param id the id of the construct; it is part of logical ids, and changing it replaces the load balancer
   * @param props who may connect, by which name, and what answers
   */
  constructor(scope: Construct, id: string, props: InternalAlbProps) {
    super(scope, id);
    const { backend } = props;
    this.vpc = props.vpc;
    this.frontDoor = new FrontDoor(this, props);
    this.loadBalancer = this.frontDoor.loadBalancer;
    this.zones = this.frontDoor.zones;
    this.url = this.frontDoor.url;

    this.defaultTargetGroup = backend && this.targetGroupOf('TargetGroup', { ...props, backend });
    this.listener = this.frontDoor.listen(this.defaultTargetGroup
      ? elbv2.ListenerAction.forward([this.defaultTargetGroup])
      : elbv2.ListenerAction.fixedResponse(404));
    this.connections = this.listener.connections;
    this.table = new RouteTable(this, { listener: this.listener, ownListener: true, otherTargetGroups: backend ? 1 : 0 });
  }

  /** The target group of `backend`. An error without one. */
  public get targetGroup(): elbv2.ApplicationTargetGroup {
    if (!this.defaultTargetGroup) {
      throw invalid(this, "'targetGroup' is not there: the load balancer was made without a 'backend'. Give it one, or ask what addRoute() returns.");
    }
    return this.defaultTargetGroup;
  }

  /**
   * Adds a route: a rule and a target group with its backend.
   *
   * @param id the id of the route; it is part of the target group's logical id, so that a route that is renamed gets a group beside the old one, which goes when the rule
   * has moved
   * @param options which requests the route takes, and what answers them
   */
  public addRoute(id: string, options: InternalAlbRouteOptions): InternalAlbRoute {
    const plan = this.table.plan(id, options);
    const targetGroup = this.targetGroupOf(`${id}TargetGroup`, options, `routes.${id}.`);
    return { targetGroup, rule: plan.forwardTo(targetGroup), priority: plan.priority };
  }

  private targetGroupOf(id: string, options: AlbTargetGroupOptions & { backend: Backend }, routePrefix?: string): elbv2.ApplicationTargetGroup {
    const { backend, protocol, protocolVersion, healthCheck, deregistrationDelay } = options;
    return applicationBackendTargetGroup(this, id, {
      vpc: this.vpc,
      loadBalancer: this.loadBalancer,
      listenerProtocol: this.frontDoor.protocol,
      routePrefix,
      backend,
      protocol,
      protocolVersion,
      healthCheck,
      deregistrationDelay,
    });
  }
}
