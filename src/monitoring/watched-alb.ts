import { aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, Annotations, Duration, Stack } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { alarmOf, share } from './alarms';
import { Graph, Graphs } from './graphs';
import { AlbMetrics, AlbTargetMetrics, EndpointMetrics, fullNameOfListener } from './metrics';
import { HubMonitoringOptions } from './monitoring-options';
import { Validate } from '../private/validate';
import { PrivateLinkRoute } from '../private-link-route';

/** Errors in five minutes below which their share of the requests means nothing. */
const LEAST_ERRORS = 5;

/** What is watched has a listener, and is named by its path. */
interface Watched extends IConstruct {
  readonly listener: elbv2.IApplicationListener;
}

/** An Application Load Balancer with its target groups, and the endpoints among its targets. */
export class WatchedAlb {
  private readonly loadBalancer: string;
  private readonly limits: Required<HubMonitoringOptions>;
  private readonly graphs: { readonly [kind in 'unhealthy' | 'errors' | 'latency' | 'dropped' | 'resets' | 'connections' | 'loadBalancer']: Graph };
  private readonly endpoints = new Set<ec2.IInterfaceVpcEndpoint>();
  private hasEndpoints = false;
  private routes?: Construct;

  constructor(
    private readonly scope: Construct, watched: Watched, options: HubMonitoringOptions, private readonly dashboard: Graphs,
    private readonly keep: (alarm: cloudwatch.Alarm) => void,
  ) {
    validate(scope, options);
    this.loadBalancer = fullNameOfListener(scope, watched.listener);
    this.limits = {
      unhealthyHosts: options.unhealthyHosts ?? 1,
      serverErrorPercent: options.serverErrorPercent ?? 1,
      latency: options.latency ?? Duration.seconds(1),
      rejectedConnections: options.rejectedConnections ?? 1,
      loadBalancerErrors: options.loadBalancerErrors ?? 5,
      packetsDropped: options.packetsDropped ?? 10,
      resets: options.resets ?? 100,
    };
    this.graphs = {
      unhealthy: new Graph('Unhealthy targets', this.limits.unhealthyHosts),
      errors: new Graph('5xx of targets, in 5 minutes'),
      latency: new Graph('Response time, 99th percentile, in seconds', this.limits.latency.toSeconds({ integral: false })),
      loadBalancer: new Graph('5xx of the load balancer and rejected connections, in 5 minutes'),
      dropped: new Graph('Packets dropped by PrivateLink, in 5 minutes', this.limits.packetsDropped),
      resets: new Graph('Resets from services, in 5 minutes', this.limits.resets),
      connections: new Graph('Connections through endpoints'),
    };
    const { unhealthy, errors, latency } = this.graphs;
    dashboard.section(watched.node.path, [unhealthy, errors, latency]);
  }

  public watchLoadBalancer(): void {
    const metrics = new AlbMetrics(this.loadBalancer);
    this.dashboard.section('The load balancer', [this.graphs.loadBalancer]);
    this.graphs.loadBalancer.line(metrics.serverErrors(), '5xx');
    this.graphs.loadBalancer.line(metrics.rejectedConnections(), 'rejected');
    this.alarm(this.scope, 'RejectedConnections', metrics.rejectedConnections(), {
      threshold: this.limits.rejectedConnections,
      periods: 1,
      means: 'The load balancer rejected connections: it had more than it takes. Look at what sends so many.',
    });
    this.alarm(this.scope, 'LoadBalancerErrors', metrics.serverErrors(), {
      threshold: this.limits.loadBalancerErrors,
      periods: 3,
      ofThem: 2,
      means: 'The load balancer answered with 502, 503 or 504: no target answered, or not in time. Look at the health of the target groups, and whether servers keep idle connections longer than the load balancer.',
    });
  }

  /** What belongs to a route stands in a scope of its id, which is in the names of the alarms. */
  public watchRoute(id: string, { parts }: PrivateLinkRoute): void {
    const route = this.scopeOf(id);
    parts.forEach(({ targetGroup, endpoint }, index) => {
      const scope = index === 0 ? route : new Construct(route, `Part${index + 1}`);
      const label = parts.length === 1 ? id : `${id}, part ${index + 1}`;
      this.watchTargets(scope, label, targetGroup);
      this.watchEndpoint(scope, label, endpoint);
    });
  }

  /** The target group of a route, or the one of what no route takes. */
  public watchBackend(id: string | undefined, targetGroup: elbv2.ApplicationTargetGroup): void {
    this.watchTargets(id === undefined ? new Construct(this.scope, 'Backend') : this.scopeOf(id), id ?? 'the backend', targetGroup);
  }

  private scopeOf(routeId: string): Construct {
    this.routes ??= new Construct(this.scope, 'Routes');
    return new Construct(this.routes, routeId);
  }

  private watchTargets(scope: Construct, label: string, targetGroup: elbv2.ApplicationTargetGroup): void {
    const metrics = new AlbTargetMetrics(this.scope, this.loadBalancer, targetGroup);
    if (isOfFunction(targetGroup)) {
      this.watchErrors(scope, label, metrics, [metrics.serverErrors(), ...metrics.functionErrors()]);
      return;
    }
    this.graphs.unhealthy.line(metrics.unhealthyHosts(), label);
    this.alarm(scope, 'UnhealthyHosts', metrics.unhealthyHosts(), {
      threshold: this.limits.unhealthyHosts,
      periods: 3,
      means: `Targets of ${label} are unhealthy. Their state and reason: aws elbv2 describe-target-health. Behind an endpoint look at the targets of the service, then at the security groups.`,
    });
    this.watchErrors(scope, label, metrics, [metrics.serverErrors()]);
    this.graphs.latency.line(metrics.latency(), label);
    this.alarm(scope, 'Latency', metrics.latency(), {
      threshold: this.limits.latency.toSeconds({ integral: false }),
      periods: 3,
      // of a few requests the slowest one says nothing
      lowSampleCount: 'ignore',
      means: `One in a hundred requests to ${label} takes longer than it may. Look at what answers behind it.`,
    });
  }

  private watchErrors(scope: Construct, label: string, metrics: AlbTargetMetrics, errors: cloudwatch.Metric[]): void {
    errors.forEach((error, index) => this.graphs.errors.line(error, index === 0 ? label : `${label}, ${error.metricName}`));
    this.alarm(scope, 'ServerErrors', share(errors, metrics.requests(), LEAST_ERRORS), {
      threshold: this.limits.serverErrorPercent,
      periods: 3,
      ofThem: 2,
      means: `Too many of the requests to ${label} fail in what answers them. Look at its log.`,
    });
  }

  /** One alarm an endpoint, for all routes that lead to it. */
  private watchEndpoint(scope: Construct, label: string, endpoint: ec2.IInterfaceVpcEndpoint): void {
    if (this.endpoints.has(endpoint)) { return; }
    this.endpoints.add(endpoint);
    const metrics = EndpointMetrics.of(this.scope, endpoint);
    if (!metrics) {
      Annotations.of(this.scope).addInfo(`${endpoint.node.path} has no metrics that could be named: it is imported, or its service is in another Region. Its targets are watched.`);
      return;
    }
    const { dropped, resets, connections } = this.graphs;
    if (!this.hasEndpoints) { this.dashboard.section('Its endpoints', [dropped, resets, connections]); }
    this.hasEndpoints = true;
    dropped.line(metrics.packetsDropped(), label);
    resets.line(metrics.resets(), label);
    connections.line(metrics.connections(), label);
    this.alarm(scope, 'Endpoint', new cloudwatch.MathExpression({
      expression: `IF(FILL(dropped, 0) >= ${this.limits.packetsDropped} OR FILL(resets, 0) >= ${this.limits.resets} OR FILL(connections, 0) < 1, 1, 0)`,
      usingMetrics: { dropped: metrics.packetsDropped(), resets: metrics.resets(), connections: metrics.connections() },
      label: 'Packets dropped, resets, or no connection',
      period: Duration.minutes(5),
    }), {
      threshold: 1,
      periods: 3,
      // nothing is published of an endpoint without traffic, and health checks are traffic
      silenceIsIll: true,
      means: `The endpoint of ${label} drops packets, gets resets, or has no connection, not even of health checks. Look whether it is accepted and available, and whether its service has healthy targets.`,
    });
  }

  private alarm(scope: Construct, id: string, metric: cloudwatch.IMetric, condition: Parameters<typeof alarmOf>[3]): void {
    this.keep(alarmOf(scope, id, metric, condition));
  }
}

function isOfFunction(targetGroup: elbv2.ApplicationTargetGroup): boolean {
  const { targetType } = targetGroup.node.defaultChild as elbv2.CfnTargetGroup;
  return Stack.of(targetGroup).resolve(targetType) === elbv2.TargetType.LAMBDA;
}

function validate(scope: Construct, options: HubMonitoringOptions): void {
  const check = new Validate(scope);
  check.integer('unhealthyHosts', options.unhealthyHosts, 1, 1_000);
  check.percent('serverErrorPercent', options.serverErrorPercent);
  check.milliseconds('latency', options.latency, 1, 3_600_000);
  for (const prop of ['rejectedConnections', 'loadBalancerErrors', 'packetsDropped', 'resets'] as const) { check.integer(prop, options[prop], 1, 1_000_000); }
}
