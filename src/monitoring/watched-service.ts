import { aws_cloudwatch as cloudwatch, aws_elasticloadbalancingv2 as elbv2, aws_lambda as lambda } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { alarmOf } from './alarms';
import { Graph, Graphs } from './graphs';
import { EndpointServiceMetrics, functionErrors, NlbMetrics } from './metrics';
import { EndpointServiceMonitoringOptions } from './monitoring-options';
import { NlbEndpointService } from '../nlb-endpoint-service';
import { Validate } from '../private/validate';

/** An endpoint service and its Network Load Balancer. */
export class WatchedService {
  private readonly nlb: NlbMetrics;
  private readonly unhealthyHosts: number;
  private readonly unhealthy: Graph;

  constructor(
    private readonly scope: Construct, service: NlbEndpointService, options: EndpointServiceMonitoringOptions, dashboard: Graphs,
    private readonly keep: (alarm: cloudwatch.Alarm) => void,
  ) {
    const check = new Validate(scope);
    check.integer('unhealthyHosts', options.unhealthyHosts, 1, 1_000);
    for (const prop of ['portAllocationErrors', 'rejectedFlows', 'resets'] as const) { check.integer(prop, options[prop], 1, 1_000_000); }
    const { unhealthyHosts = 1, portAllocationErrors = 1, rejectedFlows = 1, resets = 100 } = options;
    this.unhealthyHosts = unhealthyHosts;
    this.nlb = new NlbMetrics(scope, service.loadBalancer);
    const metrics = new EndpointServiceMetrics(scope, service, service.endpointServiceId);

    this.unhealthy = new Graph('Unhealthy targets', unhealthyHosts);
    const failures = new Graph('Connections that failed, in 5 minutes', Math.min(portAllocationErrors, rejectedFlows));
    const consumers = new Graph('Endpoints, connections, and resets in 5 minutes');
    dashboard.section(service.node.path, [this.unhealthy, failures, consumers]);
    failures.line(this.nlb.portAllocationErrors(), 'no free port');
    failures.line(this.nlb.rejectedFlows(), 'rejected');
    consumers.line(metrics.endpoints(), 'endpoints');
    consumers.line(metrics.connections(), 'connections');
    consumers.line(metrics.resets(), 'resets');

    this.keep(alarmOf(scope, 'PortAllocationErrors', this.nlb.portAllocationErrors(), {
      threshold: portAllocationErrors,
      periods: 1,
      means: 'The load balancer found no free port towards a target: more than about 55,000 new connections a minute to one address and port. Add targets.',
    }));
    this.keep(alarmOf(scope, 'RejectedFlows', this.nlb.rejectedFlows(), {
      threshold: rejectedFlows,
      periods: 1,
      means: 'The load balancer rejected connections: it has no healthy target, or it is overloaded. Look at the health of its targets.',
    }));
    this.keep(alarmOf(scope, 'Resets', metrics.resets(), {
      threshold: resets,
      periods: 3,
      means: 'The service resets connections of its consumers, which tells of unhealthy targets. Look at their health.',
    }));
  }

  /** Endpoints that it cannot accept wait, and their routes answer with errors. */
  public watchAcceptor(acceptor: lambda.Function): void {
    this.keep(alarmOf(this.scope, 'Acceptor', functionErrors(this.scope, acceptor), {
      threshold: 1,
      periods: 3,
      means: 'The function that accepts endpoints of named accounts fails, again and again. All that it could not do is in its log.',
    }));
  }

  public watchListener(port: number, targetGroup: elbv2.NetworkTargetGroup): void {
    const metric = this.nlb.unhealthyHosts(targetGroup);
    this.unhealthy.line(metric, `port ${port}`);
    this.keep(alarmOf(this.scope, `UnhealthyHosts${port}`, metric, {
      threshold: this.unhealthyHosts,
      periods: 3,
      means: `Targets behind port ${port} are unhealthy. Their state and reason: aws elbv2 describe-target-health.`,
    }));
  }
}
