import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { AlbAccessLogs } from './alb-access-logs';
import { IEndpointService } from './endpoint-service';
import { NlbEndpointService } from './nlb-endpoint-service';
import { defaultPortOf } from './private/connectable-in';
import { TargetsProps } from './private/destination';
import { zonesOfListener } from './private/endpoint-subnets';
import { FrontDoor } from './private/front-door';
import { HubEndpoints } from './private/hub-endpoints';
import { protocolOfPort } from './private/protocol';
import { RouteConditions } from './private/route-conditions';
import { derivedPriority } from './private/route-priority';
import { RouteTable } from './private/route-table';
import { invalid, Validate } from './private/validate';
import { PrivateLinkRoute, PrivateLinkRouteOptions } from './private-link-route';

type Transform = elbv2.CfnListenerRule.TransformProperty;

/** The props that shape a load balancer, which make no sense when one is given. */
const FRONT_DOOR_PROPS = [
  'vpcSubnets', 'internetFacing', 'clients', 'port', 'defaultAction', 'idleTimeout', 'accessLogs', 'deletionProtection', 'dropInvalidHeaderFields',
  'ipAddressType', 'webAclArn',
] as const;

/** Properties of `AlbToPrivateLinkTargets`. */
export interface AlbToPrivateLinkTargetsProps {
  /**
   * The VPC of the load balancer and of the endpoints. Changing it replaces both.
   */
  readonly vpc: ec2.IVpc;

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
   * place; another subnet of the same zone cannot, AWS refuses it: make an endpoint of your own beside, and give it to the route as `endpoint`.
   *
   * @default - the VPC's private subnets
   */
  readonly endpointSubnets?: ec2.SubnetSelection;

  /**
   * Whether the load balancer has public addresses. It then needs `clients`, and speaks plain HTTP over the internet, which is a warning. A change replaces the load
   * balancer, with another DNS name.
   *
   * @default false
   */
  readonly internetFacing?: boolean;

  /**
   * Who may connect to the listener: addresses, security groups, instances, functions. When given, it replaces the default. More can be let in with
   * `hub.connections`.
   *
   * @default - the VPC's own IPv4 CIDR block; required when `internetFacing`, or when the VPC was imported without its block
   */
  readonly clients?: ec2.IConnectable[];

  /**
   * The subnets of the load balancer, at least two zones.
   *
   * @default - the VPC's private subnets; its public ones when `internetFacing`
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The port of the listener, 1 to 65535. A change interrupts: ELBv2 moves the listener at once.
   *
   * @default 80
   */
  readonly port?: number;

  /**
   * What happens to requests that no route takes.
   *
   * @default - 404, without a body
   */
  readonly defaultAction?: elbv2.ListenerAction;

  /**
   * How long an idle connection is kept, 1 to 350 whole seconds: PrivateLink drops idle connections after 350 s without a word. The keep-alive of the services behind
   * must be longer, or some requests are answered with 502.
   *
   * @default - 60 s, as ELBv2 has it
   */
  readonly idleTimeout?: Duration;

  /**
   * Where the access logs of the load balancer go: one log for all services behind it.
   *
   * @default - no access logs
   */
  readonly accessLogs?: AlbAccessLogs;

  /**
   * Whether the load balancer is protected from deletion. The stack cannot be deleted before this is set to false and deployed.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;

  /**
   * Whether header fields with invalid names are removed from requests.
   *
   * @default true
   */
  readonly dropInvalidHeaderFields?: boolean;

  /**
   * The addresses of the load balancer. Dualstack takes subnets with IPv6 blocks. Targets are reached over IPv4 in either case.
   *
   * @default elbv2.IpAddressType.IPV4
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /**
   * The ARN of a regional AWS WAF web ACL that filters the requests.
   *
   * @default - none
   */
  readonly webAclArn?: string;
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
  /** The security groups of the load balancer, with the listener's port as default port. */
  public readonly connections: ec2.Connections;

  private readonly vpc: ec2.IVpc;
  private readonly frontDoor?: FrontDoor;
  private readonly table: RouteTable;
  private readonly made = new Map<string, PrivateLinkRoute>();
  private readonly endpoints: HubEndpoints;

  /**
   * @param scope the stack of the routes, or a construct in it
   * @param id the id of the construct; it is part of logical ids
   * @param props the load balancer and its routes
   */
  constructor(scope: Construct, id: string, props: AlbToPrivateLinkTargetsProps) {
    super(scope, id);
    this.validate(props);
    this.vpc = props.vpc;

    this.frontDoor = props.listener ? undefined : new FrontDoor(this, {
      ...props,
      defaultAction: props.defaultAction ?? elbv2.ListenerAction.fixedResponse(404),
    });
    this.listener = props.listener ?? this.frontDoor!.listener;
    this.connections = this.listener.connections;
    this.table = new RouteTable(this, this.listener, this.frontDoor !== undefined);
    this.endpoints = new HubEndpoints(this, {
      vpc: props.vpc,
      subnets: props.endpointSubnets,
      albZones: this.frontDoor?.zones ?? zonesOfListener(this.listener, props.vpc),
      listener: this.listener,
    });

    for (const [routeId, options] of this.inOrder(props.routes ?? {})) { this.addRoute(routeId, options); }
  }

  /** The load balancer that the hub made. An error when the hub was given a listener. */
  public get loadBalancer(): elbv2.ApplicationLoadBalancer {
    if (!this.frontDoor) {
      throw invalid(this, "'loadBalancer' is not known: the hub was given a 'listener'. Ask the construct that made the listener.");
    }
    return this.frontDoor.loadBalancer;
  }

  /** The routes by their ids. */
  public get routes(): { [id: string]: PrivateLinkRoute } {
    return Object.fromEntries(this.made);
  }

  /**
   * Adds a route: a rule, a target group, and an endpoint unless there is one for the service already.
   *
   * @param id the id of the route; with a `priority` it can change in place
   * @param options which requests the route takes, and where it sends them
   */
  public addRoute(id: string, options: PrivateLinkRouteOptions): PrivateLinkRoute {
    const towards = this.towards(id, options);
    const conditions = new RouteConditions(this, id, options);
    const transforms = routeTransforms(conditions, options);
    const priority = this.table.add(id, conditions, options.priority);

    this.refuseDeadEnds(id, options.service, towards.port);
    const destination = options.endpoint ? this.endpoints.given(options.endpoint) : this.endpoints.ofService(options.service!);
    const targets = destination.addTargets(this.vpc, towards);
    const { targetGroup, registration } = targets;
    this.endpoints.open(destination, targets, towards);

    const rule = new elbv2.ApplicationListenerRule(this, `Rule${priority}`, {
      listener: this.listener,
      priority,
      conditions: conditions.render(),
      action: elbv2.ListenerAction.forward([targetGroup]),
    });
    (rule.node.defaultChild as elbv2.CfnListenerRule).transforms = transforms;
    // the path goes live with its targets in place, and on removal goes before them
    rule.node.addDependency(registration);

    const route = { endpoint: destination.endpoint, targetGroup, registration, rule, priority };
    this.made.set(id, route);
    return route;
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
    const surplus = props.listener ? FRONT_DOOR_PROPS.filter(prop => props[prop] !== undefined) : [];
    if (surplus.length > 0) {
      throw invalid(this, `'listener' is given, and with it ${surplus.map(prop => `'${prop}'`).join(', ')}, which shape a load balancer that the hub makes. `
        + 'Leave them out and shape the load balancer of the listener, or leave out the listener.');
    }
    const vpcOfListener = props.listener instanceof elbv2.ApplicationListener ? props.listener.loadBalancer.vpc : undefined;
    if (vpcOfListener instanceof ec2.Vpc && props.vpc instanceof ec2.Vpc && vpcOfListener !== props.vpc) {
      throw invalid(this, `'vpc' must be the VPC of the listener's load balancer, ${vpcOfListener.node.path}, got: ${props.vpc.node.path}. `
        + 'Endpoints stand beside the load balancer that sends to them.');
    }
    new Validate(this).seconds('idleTimeout', props.idleTimeout, 1, 350, 'PrivateLink drops connections that are idle for longer.');
  }

  /** How requests are sent on, from the most particular that says it to the least. */
  private towards(id: string, options: PrivateLinkRouteOptions): TargetsProps {
    const { preset } = options;
    const service: IEndpointService | undefined = options.service;
    if ((service === undefined) === (options.endpoint === undefined)) {
      throw this.routeError(id, `needs either a 'service' or an 'endpoint', got ${service ? 'both' : 'neither'}`);
    }
    const defaultPort = service?.port ?? (options.endpoint && defaultPortOf(options.endpoint));
    const port = options.port ?? preset?.port ?? defaultPort;
    if (port === undefined) {
      throw this.routeError(id, `needs a 'port': the endpoint ${options.endpoint!.node.path} has no default port`);
    }
    const validate = new Validate(this);
    validate.concrete(`routes.${id}.port`, options.port, 'target group');
    validate.integer(`routes.${id}.port`, port, 1, 65535);
    validate.seconds(`routes.${id}.deregistrationDelay`, options.deregistrationDelay, 0, 3600);

    // on another port than its own a service may speak something else
    const known = port === service?.port ? service : undefined;
    const protocol = options.protocol ?? preset?.protocol ?? known?.protocol ?? protocolOfPort(port);
    const protocolVersion = options.protocolVersion ?? known?.protocolVersion;
    this.checkVersion(id, protocolVersion);
    this.checkHostHeader(id, options.hostHeader);
    const healthCheck = { ...defaultHealthCheck(protocol, protocolVersion), ...preset?.healthCheck, ...options.healthCheck };
    validate.healthCheck(healthCheck, 'application');
    const ownPort = port === defaultPort ? undefined : port;
    return { port, ownPort, protocol, protocolVersion, healthCheck, deregistrationDelay: options.deregistrationDelay ?? Duration.seconds(30) };
  }

  private checkVersion(id: string, version: elbv2.ApplicationProtocolVersion | undefined): void {
    const plain = this.listener instanceof elbv2.ApplicationListener && this.listener.protocol === elbv2.ApplicationProtocol.HTTP;
    if (plain && version !== undefined && version !== elbv2.ApplicationProtocolVersion.HTTP1) {
      throw this.routeError(id, `has the 'protocolVersion' ${version}, which takes an HTTPS listener, and this one speaks HTTP. Use HTTP1, or an HTTPS listener`);
    }
  }

  private checkHostHeader(id: string, host: string | undefined): void {
    if (host !== undefined && !Token.isUnresolved(host) && !/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(host)) {
      throw this.routeError(id, `has the 'hostHeader' '${host}'. Give one host name, without wildcards, such as 'orders.example.com'`);
    }
  }

  private routeError(id: string, message: string): Error {
    return invalid(this, `route '${id}' ${message}.`);
  }
}

function defaultHealthCheck(protocol: elbv2.ApplicationProtocol, version: elbv2.ApplicationProtocolVersion | undefined): elbv2.HealthCheck {
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

function routeTransforms(conditions: RouteConditions, { stripPrefix, hostHeader, preset }: PrivateLinkRouteOptions): Transform[] | undefined {
  const host = hostHeader ?? preset?.hostHeader;
  const transforms: Transform[] = [];
  if (stripPrefix) {
    transforms.push({ type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: conditions.stripPrefixRegex(), replace: '/' }] } });
  }
  if (host !== undefined) {
    transforms.push({ type: 'host-header-rewrite', hostHeaderRewriteConfig: { rewrites: [{ regex: '^.*', replace: host }] } });
  }
  return transforms.length > 0 ? transforms : undefined;
}
