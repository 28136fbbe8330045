import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Stack, Validations } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import type { Made } from './constructs';
import { block, flag, mostly, port, props, text, time, Tokens, wildNumber } from './values';
import {
  AlbToPrivateLinkTargets, AnalyzerSource, Backend, InternalAlb, Monitoring, NlbEndpointService, ReachabilityChecks, ReachabilityDestination,
  ReachabilityMode, ReachabilitySource,
} from '../../src';
import { newInstance, newVpc } from '../util';

const count = mostly<number | string>(fc.integer({ min: 1, max: 1_000 }), wildNumber);

const albThresholds = {
  unhealthyHosts: count,
  latency: time(1, 30),
  rejectedConnections: count,
  loadBalancerErrors: count,
  serverErrorPercent: mostly<number | string>(fc.integer({ min: 1, max: 100 }), wildNumber),
};

/** Something to watch. */
function system(stack: Stack) {
  const vpc = newVpc(stack);
  const service = new NlbEndpointService(stack, 'Service', { vpc, backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080 }) });
  const hub = new AlbToPrivateLinkTargets(stack, 'Hub', { vpc, routes: { a: { paths: ['/a'], service, priority: 1 } } });
  const web = new InternalAlb(stack, 'Web', { vpc, backend: Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 8080 }), domainNames: ['alb.home'] });
  return { vpc, service, hub, web };
}

/** Constructs and plugins that look at others. */
export const WATCHERS: { [name: string]: Made } = {
  Monitoring: {
    of: ['MonitoringProps', 'AlbMonitoringOptions', 'HubMonitoringOptions', 'EndpointServiceMonitoringOptions'],
    props: fc.record({
      props: props<any>({ topic: fc.constant('own'), createDashboard: flag, dashboard: fc.constant('own') }),
      hub: props<any>({ ...albThresholds, packetsDropped: count, resets: count }),
      web: props<any>(albThresholds),
      service: props<any>({ unhealthyHosts: count, portAllocationErrors: count, rejectedFlows: count, resets: count }),
    }),
    make: (stack, { props: { topic, dashboard, ...given }, ...thresholds }) => {
      const [tokens, { hub, web, service }] = [new Tokens(stack), system(stack)];
      const made = new Monitoring(stack, 'Made', {
        ...given,
        ...topic && { topic: new sns.Topic(stack, 'Topic') },
        ...dashboard && { dashboard: new cloudwatch.Dashboard(stack, 'Dashboard') },
      });
      made.monitorHub(hub, tokens.read(thresholds.hub));
      made.monitorInternalAlb(web, tokens.read(thresholds.web));
      made.monitorEndpointService(service, tokens.read(thresholds.service));
    },
  },
  verifyWithReachabilityAnalyzer: {
    of: ['ReachabilityAnalyzerOptions'],
    props: props<any>({ runId: text('1', '2'), after: fc.constant(['service']) }, {
      source: mostly(fc.constantFrom('gateway', 'instance'), text('eni-0123456789abcdef0')),
    }),
    make: (stack, { source, after, ...given }) => {
      const [tokens, { vpc, web, hub, service }] = [new Tokens(stack), system(stack)];
      const from = source === 'gateway' ? AnalyzerSource.internetGateway()
        : source === 'instance' ? AnalyzerSource.instance(newInstance(stack, 'Client', vpc)) : AnalyzerSource.resource(tokens.textOf(source));
      for (const made of [web, hub]) {
        made.verifyWithReachabilityAnalyzer('Made', { source: from, ...tokens.read(given), ...after && { after: [service] } });
      }
    },
  },
  ReachabilityChecks: {
    of: ['ReachabilityChecksProps', 'ReachabilityStatement'],
    props: props<any>({
      mode: fc.constantFrom(...Object.values(ReachabilityMode)),
      expect: fc.array(statement(), { maxLength: 2 }),
      forbid: fc.array(statement(), { maxLength: 2 }),
      baselineFile: fc.constantFrom('nowhere.json', ''),
    }),
    make: (stack, { expect = [], forbid = [], ...given }) => {
      const [tokens, made] = [new Tokens(stack), system(stack)];
      const read = ({ source, destination, ...rest }: any) => ({
        source: source === 'internet' ? ReachabilitySource.internet()
          : source === 'vpc' ? ReachabilitySource.vpc(made.vpc) : ReachabilitySource.cidr(tokens.textOf(source)),
        destination: destination === 'hub' ? ReachabilityDestination.loadBalancer(made.hub)
          : destination === 'service' ? ReachabilityDestination.endpointService(made.service) : ReachabilityDestination.name(tokens.textOf(destination)),
        ...tokens.read(rest),
      });
      const checks = new ReachabilityChecks({ mode: ReachabilityMode.WARN, ...given, expect: expect.map(read), forbid: forbid.map(read) });
      Validations.of(stack.node.root).addPlugins(checks);
    },
  },
};

function statement(): fc.Arbitrary<any> {
  return props<any>({ port }, { source: fc.oneof(block, fc.constantFrom('internet', 'vpc')), destination: mostly(fc.constantFrom('hub', 'service'), text('alb.home')) });
}
