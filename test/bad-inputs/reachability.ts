import { join } from 'node:path';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { App, Stack } from 'aws-cdk-lib/core';
import { alb, Attempt, BadInputs } from './attempts';
import { ReachabilityChecksProps, ReachabilityDestination, ReachabilitySource, ReachabilityStatement } from '../../src';
import { checked } from '../reachability/plain-app';
import { newVpc } from '../util';

/** The CDK reports what a plugin throws, and fails. */
const checks = (make: (stack: Stack) => ReachabilityChecksProps): Attempt => stack => {
  const { failure, printed } = checked(stack.node.root as App, make(stack));
  if (failure !== undefined) { throw new Error(`${failure}\n${printed}`); }
};

const expected = (make: (stack: Stack) => Partial<ReachabilityStatement>): Attempt => checks(stack => {
  const made = alb({})(stack);
  return { expect: [{ source: ReachabilitySource.internet(), destination: ReachabilityDestination.loadBalancer(made), ...make(stack) }] };
});
const from = (make: (stack: Stack) => ReachabilitySource) => expected(stack => ({ source: make(stack) }));
const to = (make: (stack: Stack) => ReachabilityDestination) => expected(stack => ({ destination: make(stack) }));

/** The checks of paths, and what they are told. */
export const REACHABILITY: BadInputs = {
  'a baseline that is not there': [checks(() => ({ baselineFile: 'gone.json' })), /'baselineFile' is 'gone\.json', which is not there.*Make it with/s, 'ReachabilityChecksProps.baselineFile'],
  'a report in the cloud assembly': [
    checks(stack => ({ jsonFile: join((stack.node.root as App).outdir, 'report.json') })),
    /'jsonFile' is '.*report\.json', which is in the cloud assembly.*Write it beside the folder/s, 'ReachabilityChecksProps.jsonFile',
  ],
  'a page in the cloud assembly': [
    checks(stack => ({ htmlFile: join((stack.node.root as App).outdir, 'report.html') })), /'htmlFile' is '.*report\.html', which is in the cloud assembly/, 'ReachabilityChecksProps.htmlFile',
  ],
  'a statement on port 0': [expected(() => ({ port: 0 })), /'port' of a reachability statement must be an integer between 1 and 65535, got: 0\./, 'ReachabilityStatement.port'],
  'a source of no addresses': [
    from(() => ReachabilitySource.cidr('10.0.0.0/33')), /ReachabilitySource\.cidr\(…\) takes an address block such as '10\.3\.0\.0\/16', got: '10\.0\.0\.0\/33'\. For the addresses of a VPC/,
    'ReachabilitySource.cidr(cidrBlock)',
  ],
  'a source that sends nothing': [
    from(stack => ReachabilitySource.workload(newVpc(stack, 'Empty'))), /ReachabilitySource\.workload\(…\) names Stack\/Empty, which makes none of: AWS::EC2::Instance, .*\. Name what is imported with/,
    'ReachabilitySource.workload(construct)',
  ],
  'a source that is no construct': [
    from(() => ReachabilitySource.workload('web' as any)), /ReachabilitySource\.workload\(…\) takes a construct, got: string\. Give the one that makes it/, 'ReachabilitySource.workload(construct)',
  ],
  'a source in an imported VPC': [
    from(stack => ReachabilitySource.vpc(ec2.Vpc.fromVpcAttributes(stack, 'Imported', { vpcId: 'vpc-1', availabilityZones: ['a'] }))),
    /ReachabilitySource\.vpc\(…\) names Stack\/Imported, which makes none of: AWS::EC2::VPC\. Name what is imported with ReachabilitySource\.cidr/, 'ReachabilitySource.vpc(vpc)',
  ],
  'a source in no subnet': [
    from(stack => ReachabilitySource.vpc(newVpc(stack, 'Empty'), { availabilityZones: ['x'] })), /ReachabilitySource\.vpc\(…\) selects no subnet of Stack\/Empty\. Select some/,
    'ReachabilitySource.vpc(vpcSubnets)',
  ],
  'a destination that is no load balancer': [
    to(stack => ReachabilityDestination.loadBalancer(newVpc(stack, 'Empty'))),
    /ReachabilityDestination\.loadBalancer\(…\) names Stack\/Empty, which makes none of: AWS::ElasticLoadBalancingV2::LoadBalancer\. Name what is imported/,
    'ReachabilityDestination.loadBalancer(construct)',
  ],
  'a destination that is no service': [
    to(stack => ReachabilityDestination.endpointService(newVpc(stack, 'Empty'))), /ReachabilityDestination\.endpointService\(…\) names Stack\/Empty, which makes none of: AWS::EC2::VPCEndpointService/,
    'ReachabilityDestination.endpointService(construct)',
  ],
  'a destination that answers nothing': [
    to(stack => ReachabilityDestination.workload(newVpc(stack, 'Empty'))), /ReachabilityDestination\.workload\(…\) names Stack\/Empty, which makes none of/, 'ReachabilityDestination.workload(construct)',
  ],
  'a destination without a name': [
    to(() => ReachabilityDestination.name('')), /ReachabilityDestination\.name\(…\) takes a domain name such as 'alb\.home', got: ''/, 'ReachabilityDestination.name(domainName)',
  ],
};
