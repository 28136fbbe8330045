import { Duration } from 'aws-cdk-lib';

/** From when on a load balancer counts as ill. */
export interface AlbMonitoringOptions {
  /**
   * So many unhealthy targets of one target group, for three minutes, raise the alarm: 1 to 1,000.
   *
   * @default 1 - a target that is lost is a zone or half of the capacity that is lost, though clients may not notice yet
   */
  readonly unhealthyHosts?: number;

  /**
   * Such a share of the requests to one target group that its targets answer with 5xx, in percent, raises the alarm when it lasts for two of three periods of five minutes: more than 0, at most
   * 100. Periods with fewer than five such answers do not count, so that a single error at night wakes nobody.
   *
   * @default 1 - one request in a hundred
   */
  readonly serverErrorPercent?: number;

  /**
   * A response time that one request in a hundred of a target group exceeds (the 99th percentile) raises the alarm when it lasts for 15 minutes: 1 ms to 1 h. Periods with too few requests for a percentile do not count.
   *
   * @default Duration.seconds(1) - what people notice as waiting
   */
  readonly latency?: Duration;

  /**
   * So many connections that the load balancer rejects within five minutes raise the alarm: 1 to 1,000,000. It rejects what is beyond the number that it can take.
   *
   * @default 1 - each is a client that got no answer
   */
  readonly rejectedConnections?: number;

  /**
   * So many 5xx of the load balancer itself within five minutes raise the alarm when it happens in two of three periods: 1 to 1,000,000. It answers so where no target answers, or not in time: 502, 503 and 504.
   *
   * @default 5 - a client that goes away at the wrong moment causes one now and then
   */
  readonly loadBalancerErrors?: number;
}

/** From when on a hub counts as ill. */
export interface HubMonitoringOptions extends AlbMonitoringOptions {
  /**
   * So many packets that PrivateLink drops at one endpoint within five minutes raise the alarm when it lasts for 15 minutes: 1 to 1,000,000. Packets are dropped when the service behind is unhealthy, after 350 s without traffic, and when they are larger than 8,500 bytes.
   *
   * @default 10 - a few are a part of networking
   */
  readonly packetsDropped?: number;

  /**
   * So many reset packets that one endpoint receives from its service within five minutes raise the alarm when it lasts for 15 minutes: 1 to 1,000,000. A service resets connections when its targets are unhealthy or its port is closed.
   *
   * @default 100 - servers end some connections so
   */
  readonly resets?: number;
}

/** From when on an endpoint service counts as ill. */
export interface EndpointServiceMonitoringOptions {
  /**
   * So many unhealthy targets of one listener, for three minutes, raise the alarm: 1 to 1,000.
   *
   * @default 1 - a target that is lost is a zone or half of the capacity that is lost, though clients may not notice yet
   */
  readonly unhealthyHosts?: number;

  /**
   * So many connections within five minutes for which the load balancer found no free port towards a target raise the alarm: 1 to 1,000,000. One target address and port takes about 55,000 connections a minute.
   *
   * @default 1 - each is a connection that failed
   */
  readonly portAllocationErrors?: number;

  /**
   * So many flows that the load balancer rejects within five minutes raise the alarm: 1 to 1,000,000. It rejects flows when it has no healthy target, or when it is overloaded.
   *
   * @default 1 - each is a connection that failed
   */
  readonly rejectedFlows?: number;

  /**
   * So many reset packets that the service sends to its endpoints within five minutes raise the alarm when it lasts for 15 minutes: 1 to 1,000,000. They tell of unhealthy targets.
   *
   * @default 100 - servers end some connections so
   */
  readonly resets?: number;
}
