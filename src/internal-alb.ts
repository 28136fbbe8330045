import { aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_route53 as route53 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AlbOptions, AlbTargetGroupOptions } from './alb-options';
import { Backend } from './backend';
import { AnalyzedPaths, Answering, portOfListener } from './private/analyzed-paths';
import { ApplicationBackendTargetGroup, applicationBackendTargetGroup } from './private/backend-target-group';
import { FrontDoor } from './private/front-door';
import { HealthGate } from './private/health-gate';
import { Roster } from './private/roster';
import { RouteTable } from './private/route-table';
import { invalid } from './private/validate';
import { AnalyzedPath, ReachabilityAnalyzerOptions } from './reachability-analyzer';
import { RouteOptions } from './route-options';

/** The props of the default backend; each route has its own. */
const TARGET_GROUP_PROPS = ['protocol', 'protocolVersion', 'healthCheck', 'deregistrationDelay'] as const;

/** Properties of `InternalAlb`. */
export interface InternalAlbProps extends AlbOptions, AlbTargetGroupOptions {
  /**
   * What answers the requests that no route takes. Other instances or addresses on the same port change in place; another kind of backend, another function, or another port
   * (but for ECS) gets a target group beside the old one, to which requests go at once, before its targets are healthy.
   *
   * @default - 404, without a body
   */
  readonly backend?: Backend;
}

/** Which requests a route of an `InternalAlb` takes, and what answers them. */
export interface InternalAlbRouteOptions extends RouteOptions, AlbTargetGroupOptions {
  /**
   * What answers the requests of the route. It changes as `backend` of the load balancer does.
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
  /** The listener that answers. */
  public readonly listener: elbv2.ApplicationListener;
  /** The listener on port 80 that redirects to HTTPS, where there is one. */
  public readonly redirectListener?: elbv2.ApplicationListener;
  /** The hosted zones of `domainNames`: one for each, or `domainZone`. */
  public readonly zones: route53.IHostedZone[];
  /** Where clients find the load balancer: by the first of `domainNames`, or the name that ELBv2 gave it. */
  public readonly url: string;
  /** The load balancer's security group, with the listener's port as default port. `redirectListener` has its own. */
  public readonly connections: ec2.Connections;

  /**
   * The target groups, one by one, also those of routes that are added later.
   *
   * @internal
   */
  public readonly _backends = new Roster<{ id?: string; targetGroup: elbv2.ApplicationTargetGroup }>();

  private readonly vpc: ec2.IVpc;
  private readonly frontDoor: FrontDoor;
  private readonly defaultTargetGroup?: elbv2.ApplicationTargetGroup;
  private readonly table: RouteTable;
  private readonly gate: HealthGate;
  private readonly answering: Answering[] = [];

  /**
   * @param scope the stack of the load balancer, or a construct in it
   * @param id the id of the construct. It is part of logical ids, and changing it replaces the load balancer
   * @param props who may connect, by which name, and what answers
   */
  constructor(scope: Construct, id: string, props: InternalAlbProps) {
    super(scope, id);
    const { backend } = props;
    const needless = TARGET_GROUP_PROPS.filter(prop => !backend && props[prop] !== undefined);
    if (needless.length > 0) {
      throw invalid(this, `${needless.map(prop => `'${prop}'`).join(', ')} needs a 'backend', got none. Give the load balancer one, or set it on the routes.`);
    }
    this.vpc = props.vpc;
    this.gate = new HealthGate(this, props.waitForHealthy);
    this.frontDoor = new FrontDoor(this, props);
    this.loadBalancer = this.frontDoor.loadBalancer;
    this.zones = this.frontDoor.zones;
    this.url = this.frontDoor.url;

    const { targetGroup, registrations = [] } = backend ? this.targetGroupOf('TargetGroup', { ...props, backend }) : {};
    this.defaultTargetGroup = targetGroup;
    if (targetGroup) { this._backends.add({ targetGroup }); }
    const { listener, redirectListener } = this.frontDoor.listen(
      targetGroup ? elbv2.ListenerAction.forward([targetGroup]) : elbv2.ListenerAction.fixedResponse(404));
    this.listener = listener;
    this.redirectListener = redirectListener;
    this.listener.node.addDependency(...registrations);
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
   * @param id the id of the route. It is part of the target group's logical id, so that a route that is renamed gets a group beside the old one, to which the rule moves at
   * once, before its targets are healthy
   * @param options which requests the route takes, and what answers them
   * @returns what the route is made of
   */
  public addRoute(id: string, options: InternalAlbRouteOptions): InternalAlbRoute {
    const plan = this.table.plan(id, options);
    const { targetGroup, registrations } = this.targetGroupOf(`${id}TargetGroup`, options, `routes.${id}.`);
    const rule = plan.forwardTo([{ targetGroup }]);
    // the path goes live with its targets in place, and on removal goes before them
    rule.node.addDependency(...registrations);
    this._backends.add({ id, targetGroup });
    return { targetGroup, rule, priority: plan.priority };
  }

  /**
   * Lets Reachability Analyzer look for the paths from a source to each back end behind the load balancer when the stack is deployed, and puts into outputs whether it finds them.
   *
   * Back ends are the instances of the target groups; what has others is named in a warning. A path that is not
   * found does not fail the deployment: look at the outputs. Nothing is sent, and the health of targets does not count. Each analysis bills once, when it runs. Call it after the routes.
   * The role that deploys needs what `AmazonVPCReachabilityAnalyzerFullAccessPolicy` allows. AWS deletes an analysis after 120 days.
   *
   * @param id the id of these paths. It is part of logical ids
   * @param options where the paths begin
   * @returns the paths, each with its analysis
   * @see https://docs.aws.amazon.com/vpc/latest/reachability/what-is-reachability-analyzer.html
   */
  public verifyWithReachabilityAnalyzer(id: string, options: ReachabilityAnalyzerOptions): AnalyzedPath[] {
    const routes = this.answering.length;
    const { paths } = new AnalyzedPaths(this, id, {
      ...options,
      vpc: this.vpc,
      listener: this.listener,
      listenerPort: portOfListener(this.listener),
      answering: this.answering.slice(),
      needs: this.node.children,
    });
    this.node.addValidation({
      validate: () => this.answering.length === routes ? [] : ["'verifyWithReachabilityAnalyzer' was called before the last route was added, which it leaves out. Call it after addRoute()."],
    });
    return paths;
  }

  private targetGroupOf(id: string, options: AlbTargetGroupOptions & { backend: Backend }, routePrefix?: string): ApplicationBackendTargetGroup {
    const { backend, protocol, protocolVersion, healthCheck, deregistrationDelay } = options;
    const made = applicationBackendTargetGroup(this, id, {
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
    this.gate.add(made.targetGroup);
    this.answering.push({ name: routePrefix === undefined || routePrefix === '' ? "'backend'" : `route '${routePrefix.split('.')[1]}'`, targetGroups: [made.targetGroup] });
    return made;
  }
}
