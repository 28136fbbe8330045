import { aws_cloudwatch as cloudwatch, aws_ec2 as ec2, aws_elasticloadbalancingv2 as elbv2, aws_lambda as lambda, Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { seenFrom } from '../private/seen-from';

/** Metrics that AWS publishes, under the sets of dimensions that it publishes: with another set an alarm would never see a value. */
type Dimensions = { [name: string]: string };

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);

function metric(namespace: string, metricName: string, statistic: string, dimensionsMap: Dimensions, period = FIVE_MINUTES): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace, metricName, statistic, dimensionsMap, period });
}

/**
 * A target group of an Application Load Balancer: `TargetGroup` and `LoadBalancer` together.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class AlbTargetMetrics {
  private readonly dimensions: Dimensions;

  constructor(scope: IConstruct, loadBalancer: string, targetGroup: elbv2.ApplicationTargetGroup) {
    this.dimensions = { LoadBalancer: loadBalancer, TargetGroup: seenFrom(scope, targetGroup, targetGroup.targetGroupFullName) };
  }

  public unhealthyHosts(): cloudwatch.Metric { return this.of('UnHealthyHostCount', 'Maximum', MINUTE); }

  public requests(): cloudwatch.Metric { return this.of('RequestCount', 'Sum'); }

  public serverErrors(): cloudwatch.Metric { return this.of('HTTPCode_Target_5XX_Count', 'Sum'); }

  /** Of a function: what it threw, and what Lambda could not do. */
  public functionErrors(): cloudwatch.Metric[] { return ['LambdaUserError', 'LambdaInternalError'].map(name => this.of(name, 'Sum')); }

  public latency(): cloudwatch.Metric { return this.of('TargetResponseTime', 'p99'); }

  private of(name: string, statistic: string, period?: Duration): cloudwatch.Metric {
    return metric('AWS/ApplicationELB', name, statistic, this.dimensions, period);
  }
}

/**
 * An Application Load Balancer: `LoadBalancer` alone.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class AlbMetrics {
  constructor(private readonly loadBalancer: string) {}

  public rejectedConnections(): cloudwatch.Metric { return this.of('RejectedConnectionCount'); }

  public serverErrors(): cloudwatch.Metric { return this.of('HTTPCode_ELB_5XX_Count'); }

  private of(name: string): cloudwatch.Metric {
    return metric('AWS/ApplicationELB', name, 'Sum', { LoadBalancer: this.loadBalancer });
  }
}

/**
 * A Network Load Balancer: `LoadBalancer` alone, for targets with `TargetGroup`.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
 */
export class NlbMetrics {
  private readonly dimensions: Dimensions;

  constructor(private readonly scope: IConstruct, loadBalancer: elbv2.NetworkLoadBalancer) {
    this.dimensions = { LoadBalancer: seenFrom(scope, loadBalancer, loadBalancer.loadBalancerFullName) };
  }

  public unhealthyHosts(targetGroup: elbv2.NetworkTargetGroup): cloudwatch.Metric {
    const TargetGroup = seenFrom(this.scope, targetGroup, targetGroup.targetGroupFullName);
    return metric('AWS/NetworkELB', 'UnHealthyHostCount', 'Maximum', { ...this.dimensions, TargetGroup }, MINUTE);
  }

  public portAllocationErrors(): cloudwatch.Metric { return metric('AWS/NetworkELB', 'PortAllocationErrorCount', 'Sum', this.dimensions); }

  /** A count in each minute. AWS recommends no sum of it, unlike of `RejectedFlowCount_TCP`, which says nothing of TLS listeners; whether a sum counts each flow once only an account shows. */
  public rejectedFlows(): cloudwatch.Metric { return metric('AWS/NetworkELB', 'RejectedFlowCount', 'Sum', this.dimensions); }
}

/**
 * An interface endpoint: `Endpoint Type`, `Service Name`, `VPC Endpoint Id` and `VPC Id` together. Nothing is published while an endpoint gets no traffic, nor for one whose service is in another Region.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
 */
export class EndpointMetrics {
  /** Those of an endpoint that the app makes; of another one the name of its service is not known. */
  public static of(scope: IConstruct, { node: { defaultChild } }: ec2.IInterfaceVpcEndpoint): EndpointMetrics | undefined {
    if (!(defaultChild instanceof ec2.CfnVPCEndpoint) || defaultChild.serviceName === undefined) { return undefined; }
    const isFar = defaultChild.serviceRegion !== undefined && defaultChild.serviceRegion !== Stack.of(defaultChild).region;
    return isFar ? undefined : new EndpointMetrics({
      'Endpoint Type': 'Interface',
      'Service Name': seenFrom(scope, defaultChild, defaultChild.serviceName),
      'VPC Endpoint Id': seenFrom(scope, defaultChild, defaultChild.ref),
      'VPC Id': seenFrom(scope, defaultChild, defaultChild.vpcId),
    });
  }

  private constructor(private readonly dimensions: Dimensions) {}

  public packetsDropped(): cloudwatch.Metric { return this.metric('PacketsDropped', 'Sum'); }

  public resets(): cloudwatch.Metric { return this.metric('RstPacketsReceived', 'Sum'); }

  public connections(): cloudwatch.Metric { return this.metric('ActiveConnections', 'Maximum'); }

  private metric(name: string, statistic: string): cloudwatch.Metric {
    return metric('AWS/PrivateLinkEndpoints', name, statistic, this.dimensions);
  }
}

/**
 * An endpoint service: `Service Id` alone.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
 */
export class EndpointServiceMetrics {
  private readonly dimensions: Dimensions;

  constructor(scope: IConstruct, service: IConstruct, serviceId: string) {
    this.dimensions = { 'Service Id': seenFrom(scope, service, serviceId) };
  }

  public resets(): cloudwatch.Metric { return this.metric('RstPacketsSent', 'Sum'); }

  public connections(): cloudwatch.Metric { return this.metric('ActiveConnections', 'Maximum'); }

  public endpoints(): cloudwatch.Metric { return this.metric('EndpointsCount', 'Maximum'); }

  private metric(name: string, statistic: string): cloudwatch.Metric {
    return metric('AWS/PrivateLinkServices', name, statistic, this.dimensions);
  }
}

/**
 * Runs of a function that failed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function functionErrors(scope: IConstruct, fn: lambda.Function): cloudwatch.Metric {
  const { ref } = fn.node.defaultChild as lambda.CfnFunction;
  return metric('AWS/Lambda', 'Errors', 'Sum', { FunctionName: seenFrom(scope, fn, ref) });
}

/** What the metrics of an Application Load Balancer call it: `app/name/id`, as its listeners' ARNs have it. */
export function fullNameOfListener(scope: IConstruct, listener: elbv2.IApplicationListener): string {
  if (listener instanceof elbv2.ApplicationListener && listener.loadBalancer instanceof elbv2.ApplicationLoadBalancer) {
    return seenFrom(scope, listener.loadBalancer, listener.loadBalancer.loadBalancerFullName);
  }
  const arn = seenFrom(scope, listener, listener.listenerArn);
  if (!Token.isUnresolved(arn)) { return arn.split('/').slice(1, 4).join('/'); }
  return Fn.join('/', [1, 2, 3].map(part => Fn.select(part, Fn.split('/', arn))));
}
