import { aws_cloudwatch as cloudwatch, aws_cloudwatch_actions as actions, aws_sns as sns, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Graphs } from './graphs';
import { AlbMonitoringOptions, EndpointServiceMonitoringOptions, HubMonitoringOptions } from './monitoring-options';
import { WatchedAlb } from './watched-alb';
import { WatchedFunction } from './watched-function';
import { WatchedService } from './watched-service';
import { AlbToPrivateLinkTargets } from '../alb-to-private-link-targets';
import { InternalAlb } from '../internal-alb';
import { NlbEndpointService } from '../nlb-endpoint-service';
import { differenceFrom } from '../private/environment';
import { idOfConstruct } from '../private/identity';
import { checkKind } from '../private/kinds';
import { invalid } from '../private/validate';

/** Properties of `Monitoring`. */
export interface MonitoringProps {
  /**
   * Who is told when an alarm goes off, and when it is over.
   *
   * @default - nobody; the alarms are there to look at, and take other actions
   */
  readonly topic?: sns.ITopic;

  /**
   * A dashboard that exists already, to which the graphs are added.
   *
   * @default - one is made, unless `createDashboard` is false
   */
  readonly dashboard?: cloudwatch.Dashboard;

  /**
   * Whether a dashboard is made. Must not be set to true beside a `dashboard`.
   *
   * @default true - unless there is a `dashboard`
   */
  readonly createDashboard?: boolean;
}

/**
 * Alarms and a dashboard for hubs, internal load balancers and endpoint services: which route is ill, and where on its way.
 *
 * Stand it in the stack of what it watches, or in one of its own: a hub of a hundred routes fills its stack. It must be of the same account and Region, where the metrics are. Another stack refers to what it
 * watches weakly, so that load balancers, target groups and endpoints can be replaced under it; deploy it after them. Routes and listeners that are added later are watched too.
 *
 * Alarms and dashboards bill by the month, alarms by each metric that they look at: 8 for each route with a service of its own, 2 for a load balancer, 1 for the function of a stack.
 *
 * @example
 * declare const hub: AlbToPrivateLinkTargets;
 * declare const service: NlbEndpointService;
 * declare const topic: sns.Topic;
 *
 * const monitoring = new Monitoring(this, 'Monitoring', { topic });
 * monitoring.monitorHub(hub, { latency: Duration.seconds(3) });
 * monitoring.monitorEndpointService(service, { resets: 500 });
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export class Monitoring extends Construct {
  /** The dashboard, made or given. */
  public readonly dashboard?: cloudwatch.Dashboard;

  private readonly topic?: sns.ITopic;
  private readonly graphs: Graphs;
  private readonly functions: WatchedFunction;
  private readonly made: cloudwatch.Alarm[] = [];

  /**
   * @param scope the stack of what is watched, or another one of the same account and Region
   * @param id the id of the construct. It is part of the names of the alarms
   * @param props who is told, and where the graphs are
   */
  constructor(scope: Construct, id: string, props: MonitoringProps = {}) {
    super(scope, id);
    if (props.topic) { checkKind(this, 'topic', props.topic, 'topic'); }
    if (props.dashboard) { checkKind(this, 'dashboard', props.dashboard, 'dashboard'); }
    if (props.dashboard && props.createDashboard) {
      throw invalid(this, "'createDashboard' is true and a 'dashboard' is given, got both. Leave one of them out.");
    }
    this.topic = props.topic;
    this.dashboard = props.dashboard ?? (props.createDashboard ?? true ? new cloudwatch.Dashboard(this, 'Dashboard') : undefined);
    this.graphs = new Graphs(this, this.dashboard);
    this.functions = new WatchedFunction(this, alarm => this.keep(alarm));
  }

  /** The alarms that were made so far, for further actions. */
  public get alarms(): cloudwatch.Alarm[] {
    return [...this.made];
  }

  /**
   * Watches a hub with its routes, endpoints, load balancer and function.
   *
   * For each target group of each route there are alarms of unhealthy targets, 5xx and latency. For each endpoint of the app there is one of dropped packets, resets, and silence. A load balancer of the hub's own has alarms of rejected connections and of 5xx of its own, and
   * the function of its stack one of registrations that failed, and of repairs. An imported endpoint, and one of a service in another Region, has no metrics that could be named: then its targets tell.
   *
   * @param hub the hub, with the routes that it has and gets
   * @param options from when on it counts as ill
   */
  public monitorHub(hub: AlbToPrivateLinkTargets, options: HubMonitoringOptions = {}): void {
    const scope = this.scopeFor('hub', hub, hub instanceof AlbToPrivateLinkTargets);
    const alb = new WatchedAlb(scope, hub, options, this.graphs, alarm => this.keep(alarm));
    if (hub._hasOwnLoadBalancer) { alb.watchLoadBalancer(); }
    hub._routes.each(({ id, route }) => {
      alb.watchRoute(id, route);
      this.functions.watch(route.registration, hub.repairAlarm);
    });
  }

  /**
   * Watches an internal load balancer and what answers behind it.
   *
   * For each target group there are alarms of unhealthy targets, 5xx and latency, for one with a function of what that failed. The load balancer has alarms of rejected connections, and of 5xx of its own.
   *
   * @param alb the load balancer, with the routes that it has and gets
   * @param options from when on it counts as ill
   */
  public monitorInternalAlb(alb: InternalAlb, options: AlbMonitoringOptions = {}): void {
    const scope = this.scopeFor('alb', alb, alb instanceof InternalAlb);
    const watched = new WatchedAlb(scope, alb, options, this.graphs, alarm => this.keep(alarm));
    watched.watchLoadBalancer();
    alb._backends.each(({ id, targetGroup }) => watched.watchBackend(id, targetGroup));
  }

  /**
   * Watches an endpoint service, its load balancer and what answers behind it.
   *
   * For each listener there is an alarm of unhealthy targets. The load balancer has alarms of connections for which there was no port and of rejected flows, the service one of resets towards its endpoints, and the function that accepts
   * connections, where there is one, of runs that failed.
   *
   * @param service the service, with the listeners that it has and gets
   * @param options from when on it counts as ill
   */
  public monitorEndpointService(service: NlbEndpointService, options: EndpointServiceMonitoringOptions = {}): void {
    const scope = this.scopeFor('service', service, service instanceof NlbEndpointService);
    const watched = new WatchedService(scope, service, options, this.graphs, alarm => this.keep(alarm));
    if (service.acceptor) { watched.watchAcceptor(service.acceptor); }
    service._listeners.each(({ port, targetGroup }) => watched.watchListener(port, targetGroup));
  }

  private scopeFor(prop: string, watched: Construct, isKind: boolean): Construct {
    if (!isKind) { throw invalid(this, `'${prop}' must be a construct of this library that can be watched so, got: ${watched?.node?.path ?? watched}. Hubs, internal load balancers and endpoint services each have a method.`); }
    const difference = differenceFrom(this, Stack.of(watched).env);
    if (difference) {
      throw invalid(this, `'${prop}' must be of the ${difference === 'region' ? 'Region' : 'account'} of its alarms, got: ${watched.node.path}, which is of another. Make a Monitoring in a stack of that environment.`);
    }
    const id = idOfConstruct(watched);
    if (this.node.tryFindChild(id)) { throw invalid(this, `'${prop}' is watched already: ${watched.node.path}. Leave the second call out: it is watched with all that it gets.`); }
    return new Construct(this, id);
  }

  private keep(alarm: cloudwatch.Alarm): void {
    this.made.push(alarm);
    if (!this.topic) { return; }
    const action = new actions.SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
