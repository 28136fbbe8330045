import {
  aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_route53 as route53,
  Duration, Stack,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AlbOptions } from './alb-options';
import { NlbEndpointService } from './nlb-endpoint-service';
import { AnalyzedPaths, Answering, portOfListener } from './private/analyzed-paths';
import { numericAttribute } from './private/attributes';
import { zonesOfListener } from './private/endpoint-subnets';
import { FrontDoor } from './private/front-door';
import { HealthGate } from './private/health-gate';
import { HubEndpoints } from './private/hub-endpoints';
import { checkKind } from './private/kinds';
import { repairAlarm } from './private/repair-alarm';
import { Roster } from './private/roster';
import { RouteConditions } from './private/route-conditions';
import { PlannedPart, routeParts } from './private/route-parts';
import { derivedPriority } from './private/route-priority';
import { RouteTable } from './private/route-table';
import { invalid, Validate } from './private/validate';
import { areDifferentVpcs } from './private/vpc-attributes';
import { PrivateLinkRoute, PrivateLinkRouteOptions, PrivateLinkRoutePart } from './private-link-route';
import { AnalyzedPath, ReachabilityAnalyzerOptions } from './reachability-analyzer';

/** Seconds after which PrivateLink drops an idle connection. */
const MAX_IDLE_TIMEOUT = 350;

/** The props that shape a load balancer, which make no sense when one is given. */
const FRONT_DOOR_PROPS = [
  'vpcSubnets', 'internetFacing', 'clients', 'port', 'certificates', 'sslPolicy', 'redirectHttp', 'domainNames', 'domainZone', 'domainVpcs', 'defaultAction',
  'idleTimeout', 'accessLogs', 'deletionProtection', 'dropInvalidHeaderFields', 'ipAddressType', 'webAclArn',
] as const;

/** Properties of `AlbToPrivateLinkTargets`. */
export interface AlbToPrivateLinkTargetsProps extends AlbOptions {
  /**
   * A listener to put the routes on, in place of a load balancer of the hub's own: of another construct or stack, or imported with its security group. The props that
   * shape a load balancer must not be set then, and each route needs a priority that no other rule of the listener has.
   *
   * The rules, target groups and endpoints belong to the stack of this hub, so that a team can own its routes and the platform the load balancer.
   *
   * @default - the hub makes an Application Load Balancer with a listener
   */
  readonly listener?: elbv2.IApplicationListener;

  /**
   * The routes by their ids. A route can be renamed in place while it keeps its `priority`. More can be added with `addRoute`.
   *
   * @default - none yet
   */
  readonly routes?: { [id: string]: PrivateLinkRouteOptions };

  /**
   * The subnets of the endpoints, at most one per zone. Endpoints go to the zones among them that load balancer and service share. Zones can be added and removed in
   * place: an address that is added must become healthy, or the update fails; those that are removed drain first, which is refused where nothing healthy would be left, so that
   * all cannot be exchanged in one deployment. Another subnet of the same zone cannot be taken, AWS refuses it: make an endpoint of your own beside, and give it to the route as `endpoint`.
   *
   * @default - the VPC's private subnets
   */
  readonly endpointSubnets?: ec2.SubnetSelection;

  /**
   * Whether the load balancer has public addresses. It then needs `clients`, and `certificates`, without which plain HTTP over the internet is a warning. It cannot be
   * changed on a hub that is deployed: a target group belongs to one load balancer, so that ELBv2 refuses the new one. Make a second hub, and move the clients.
   *
   * @default false
   */
  readonly internetFacing?: boolean;

  /**
   * What happens to requests that no route takes.
   *
   * @default - 404, without a body
   */
  readonly defaultAction?: elbv2.ListenerAction;

  /**
   * How often to compare the targets of all registrations of this stack with their endpoints, and to mend what differs: 5 min to 24 h, in whole minutes. The shortest of a stack
   * holds. What somebody deregistered by hand comes back, and what an imported endpoint got or lost is followed. Nothing happens during a deployment, and a healthy
   * target goes only when a new one is healthy. When there was something to mend, or it could not be mended, an alarm (`repairAlarm`) goes off.
   *
   * It costs a run of the function each time, a metric and an alarm.
   *
   * @default - nothing is compared between deployments
   */
  readonly repairInterval?: Duration;
}

/**
 * The hub: one Application Load Balancer that routes paths and hosts to services in other VPCs, through AWS PrivateLink, in one deployment.
 *
 * For each service the hub makes an interface endpoint, and for each route a target group with the endpoint's addresses and a listener rule. All security groups between
 * load balancer and endpoints are opened, and nothing else. A path goes live when its targets are in place, and on removal the rule goes before its targets.
 *
 * @example
 * declare const vpc1: ec2.Vpc;
 * declare const vpc2Service: NlbEndpointService;
 * declare const vpc3Service: NlbEndpointService;
 *
 * new AlbToPrivateLinkTargets(this, 'Hub', {
 *   vpc: vpc1,
 *   clients: [ec2.Peer.ipv4('10.0.0.0/8')],
 *   routes: {
 *     vpc2: { paths: ['/vpc2'], service: vpc2Service, priority: 100 },
 *     vpc3: { paths: ['/vpc3'], service: vpc3Service, priority: 200 },
 *   },
 * });
 */
export class AlbToPrivateLinkTargets extends Construct implements ec2.IConnectable {
  /** The listener that has the routes, made by the hub or given. */
  public readonly listener: elbv2.IApplicationListener;
  /** The listener on port 80 that redirects to HTTPS, where the hub made one. */
  public readonly redirectListener?: elbv2.ApplicationListener;
  /** The security groups of the load balancer, with the listener's port as default port. `redirectListener` has its own. */
  public readonly connections: ec2.Connections;
  /** Goes off when a repair had something to do, or could not. Give it an action. One a stack, for all that ask for it. Only with `repairInterval`. */
  public readonly repairAlarm?: cloudwatch.Alarm;

  /**
   * The routes, one by one, also those that are added later.
   *
   * @internal
   */
  public readonly _routes = new Roster<{ id: string; route: PrivateLinkRoute }>();

  private readonly vpc: ec2.IVpc;
  private readonly frontDoor?: FrontDoor;
  private readonly table: RouteTable;
  private readonly made = new Map<string, PrivateLinkRoute>();
  private readonly endpoints: HubEndpoints;
  private readonly gate: HealthGate;

  /**
   * @param scope the stack of the routes, or a construct in it
   * @param id the id of the construct. It is part of logical ids
   * @param props the load balancer and its routes
   */
  constructor(scope: Construct, id: string, props: AlbToPrivateLinkTargetsProps) {
    super(scope, id);
    this.validate(props);
    this.vpc = props.vpc;

    this.frontDoor = props.listener ? undefined : new FrontDoor(this, props);
    const listeners = this.frontDoor?.listen(props.defaultAction ?? elbv2.ListenerAction.fixedResponse(404));
    this.listener = props.listener ?? listeners!.listener;
    this.redirectListener = listeners?.redirectListener;
    this.connections = this.listener.connections;
    this.table = new RouteTable(this, { listener: this.listener, ownListener: this.frontDoor !== undefined, otherTargetGroups: 0 });
    this.endpoints = new HubEndpoints(this, {
      vpc: props.vpc,
      subnets: props.endpointSubnets,
      albZones: this.frontDoor?.availabilityZones ?? zonesOfListener(this.listener, props.vpc),
      listener: this.listener,
    });

    this.gate = new HealthGate(this, props.waitForHealthy);
    this.repairAlarm = repairAlarm(this, props.repairInterval);
    for (const [routeId, options] of this.inOrder(props.routes ?? {})) { this.addRoute(routeId, options); }
  }

  /**
   * Whether the load balancer is the hub's, and not that of a given listener.
   *
   * @internal
   */
  public get _hasOwnLoadBalancer(): boolean {
    return this.frontDoor !== undefined;
  }

  /** The load balancer that the hub made. An error when the hub was given a listener. */
  public get loadBalancer(): elbv2.ApplicationLoadBalancer {
    return this.ownFrontDoor('loadBalancer').loadBalancer;
  }

  /** The hosted zones of `domainNames`. An error when the hub was given a listener. */
  public get zones(): route53.IHostedZone[] {
    return this.ownFrontDoor('zones').zones;
  }

  /** Where clients find the hub: by the first of `domainNames`, or the name that ELBv2 gave it. An error when the hub was given a listener. */
  public get url(): string {
    return this.ownFrontDoor('url').url;
  }

  /** The routes by their ids. */
  public get routes(): { [id: string]: PrivateLinkRoute } {
    return Object.fromEntries(this.made);
  }

  /**
   * Adds a route: a rule, a target group, and an endpoint unless there is one for the service already.
   *
   * @param id the id of the route. With a `priority` it can change in place
   * @param options which requests the route takes, and where it sends them
   * @returns what the route is made of
   */
  public addRoute(id: string, options: PrivateLinkRouteOptions): PrivateLinkRoute {
    const planned = routeParts(this, this.listener, id, options);
    const plan = this.table.plan(id, { ...options, hostHeader: options.hostHeader ?? options.preset?.hostHeader }, planned.length);
    const parts = planned.map(part => this.makePart(id, part));
    const acceptances = planned.flatMap((part, index) => part.awaitAcceptance ? [this.endpoints.acceptance(parts[index].endpoint)] : []);

    const rule = plan.forwardTo(parts, options.splitStickiness);
    // the path goes live with its targets in place, and on removal goes before them
    rule.node.addDependency(...parts.map(({ registration }) => registration), ...acceptances);

    const [{ endpoint, targetGroup, registration }] = parts;
    const route = { endpoint, targetGroup, registration, rule, priority: plan.priority, parts };
    this.made.set(id, route);
    this._routes.add({ id, route });
    return route;
  }

  private makePart(routeId: string, { service, endpoint, weight, towards }: PlannedPart): PrivateLinkRoutePart {
    this.refuseDeadEnds(routeId, service, towards.port);
    const destination = endpoint ? this.endpoints.given(endpoint) : this.endpoints.ofService(service!);
    const targets = destination.addTargets(this.vpc, towards);
    this.endpoints.open(destination, targets, towards);
    this.gate.add(targets.targetGroup, service instanceof NlbEndpointService ? service._targetGroups : []);
    return { service, endpoint: destination.endpoint, ...targets, weight };
  }

  /**
   * Lets Reachability Analyzer look for the paths from a source to each back end behind the routes when the stack is deployed, and puts into outputs whether it finds them.
   *
   * Back ends are the instances of the target groups behind the services of this app; to other services the paths end at the endpoint; what has others is named in a warning. A path that is not
   * found does not fail the deployment: look at the outputs. Nothing is sent, and the health of targets does not count. Each analysis bills once, when it runs. Call it after the routes.
   * The role that deploys needs what `AmazonVPCReachabilityAnalyzerFullAccessPolicy` allows. AWS deletes an analysis after 120 days.
   *
   * @param id the id of these paths. It is part of logical ids
   * @param options where the paths begin
   * @returns the paths, each with its analysis
   * @see https://docs.aws.amazon.com/vpc/latest/reachability/what-is-reachability-analyzer.html
   */
  public verifyWithReachabilityAnalyzer(id: string, options: ReachabilityAnalyzerOptions): AnalyzedPath[] {
    const routes = this.made.size;
    const answering = [...this.made].flatMap(([routeId, { parts }]) => parts.map(({ service, endpoint }, index): Answering => ({
      name: `route '${routeId}'${parts.length > 1 ? `, part ${index + 1}` : ''}`,
      targetGroups: service instanceof NlbEndpointService ? service._targetGroups : [],
      endpoint,
    })));
    const services = [...this.made.values()].flatMap(({ parts }) => parts.map(({ service }) => service))
      .filter((service): service is NlbEndpointService => service instanceof NlbEndpointService);
    const { paths } = new AnalyzedPaths(this, id, {
      ...options,
      vpc: this.vpc,
      listener: this.listener,
      listenerPort: portOfListener(this.listener),
      answering,
      needs: [...this.node.children, ...services, this.listener],
    });
    this.node.addValidation({
      validate: () => this.made.size === routes ? [] : ["'verifyWithReachabilityAnalyzer' was called before the last route was added, which it leaves out. Call it after addRoute()."],
    });
    return paths;
  }

  private ownFrontDoor(part: string): FrontDoor {
    if (!this.frontDoor) {
      throw invalid(this, `'${part}' is not known: the hub was given a 'listener'. Ask the construct that made the listener.`);
    }
    return this.frontDoor;
  }

  /** At synth, because listeners may be added until then. */
  private refuseDeadEnds(id: string, service: ec2.IInterfaceVpcEndpointService | undefined, port: number): void {
    if (service instanceof NlbEndpointService) {
      this.node.addValidation({ validate: () => service._refusals(port, Stack.of(this).region).map(refusal => `route '${id}' ${refusal}`) });
    }
  }

  /** By priority: the order of a map is nobody's decision, and in some languages not even the same twice. */
  private inOrder(routes: { [id: string]: PrivateLinkRouteOptions }): [string, PrivateLinkRouteOptions][] {
    const place = (id: string, options: PrivateLinkRouteOptions) =>
      options.priority ?? derivedPriority(id, new RouteConditions(this, id, options).depth);
    return Object.entries(routes).sort(([a, left], [b, right]) => place(a, left) - place(b, right) || (a < b ? -1 : 1));
  }

  private validate(props: AlbToPrivateLinkTargetsProps): void {
    checkKind(this, 'vpc', props.vpc, 'vpc');
    if (props.listener) { checkKind(this, 'listener', props.listener, 'listener'); }
    if (props.defaultAction) { checkKind(this, 'defaultAction', props.defaultAction, 'listener action'); }
    const surplus = props.listener ? FRONT_DOOR_PROPS.filter(prop => props[prop] !== undefined) : [];
    if (surplus.length > 0) {
      throw invalid(this, `'listener' is given, and with it ${surplus.map(prop => `'${prop}'`).join(', ')}, which shape a load balancer that the hub makes. `
        + 'Leave them out and shape the load balancer of the listener, or leave out the listener.');
    }
    const vpcOfListener = props.listener instanceof elbv2.ApplicationListener ? props.listener.loadBalancer.vpc : undefined;
    if (areDifferentVpcs(vpcOfListener, props.vpc)) {
      throw invalid(this, `'vpc' must be the VPC of the listener's load balancer, ${vpcOfListener!.node.path}, got: ${props.vpc.node.path}. `
        + 'Endpoints stand beside the load balancer that sends to them.');
    }
    new Validate(this).seconds('idleTimeout', props.idleTimeout, 1, MAX_IDLE_TIMEOUT, 'PrivateLink drops connections that are idle for longer.');
    if (props.listener instanceof elbv2.ApplicationListener) { this.checkIdleTimeout(props.listener.loadBalancer); }
  }

  /** At synth, because attributes may be set until then. */
  private checkIdleTimeout({ node: { path, defaultChild } }: elbv2.IApplicationLoadBalancer): void {
    if (!(defaultChild instanceof elbv2.CfnLoadBalancer)) { return; }
    this.node.addValidation({
      validate: () => {
        const seconds = numericAttribute(defaultChild, defaultChild.loadBalancerAttributes, 'idle_timeout.timeout_seconds') ?? 0;
        return seconds > MAX_IDLE_TIMEOUT
          ? [`the idle timeout of ${path} must be at most ${MAX_IDLE_TIMEOUT} s behind routes over PrivateLink, which drops connections that are idle for longer, got: ${seconds} s.`]
          : [];
      },
    });
  }
}
