import { App, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Defects } from './defect';
import { web } from './parts';
import { InterfaceEndpointTarget } from '../../../src';
import { newVpc, TOKYO } from '../../util';
import { CERTIFICATE, ISOLATED, publicAlb, stackWithVpc, ZONES } from '../apps/parts';

interface Options {
  /** Zones of the service's load balancer, by their number. */
  readonly zones?: number[];
  readonly nlb?: Partial<elbv2.NetworkLoadBalancerProps>;
  readonly tls?: boolean;
  /** Of the hub's target group. */
  readonly group?: Partial<elbv2.ApplicationTargetGroupProps>;
  readonly account?: string;
  readonly service?: Partial<ec2.VpcEndpointServiceProps>;
  /** Instances, by the number of the subnet that each is in. */
  readonly instances?: number[];
}

/** A hub whose ALB forwards to an endpoint of a service on an NLB, with all that it takes. */
function hub(app: App, options: Options = {}): void {
  const theirs = new Stack(app, 'Team', { env: { ...TOKYO, account: options.account ?? TOKYO.account } });
  const vpc = newVpc(theirs, 'Vpc', '10.2.0.0/16', ZONES);
  const port = options.tls ? 443 : 80;
  const nlb = new elbv2.NetworkLoadBalancer(theirs, 'Nlb', {
    vpc,
    vpcSubnets: { subnets: (options.zones ?? [0, 1]).map(zone => vpc.isolatedSubnets[zone]) },
    crossZoneEnabled: true,
    securityGroups: [new ec2.SecurityGroup(theirs, 'NlbGroup', { vpc })],
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
    ...options.nlb,
  });
  const instances = (options.instances ?? [0, 1]).map((zone, index) => web(theirs, vpc, `Web${index}`, { vpcSubnets: { subnets: [vpc.isolatedSubnets[zone]] } }));
  instances.forEach(instance => instance.connections.allowFrom(nlb, ec2.Port.tcp(8080)));
  nlb.addListener('Listener', { port, certificates: options.tls ? [{ certificateArn: CERTIFICATE }] : undefined })
    .addTargets('Web', { port: 8080, protocol: elbv2.Protocol.TCP, targets: instances.map(instance => new targets.InstanceTarget(instance)) });
  const service = new ec2.VpcEndpointService(theirs, 'Service', { vpcEndpointServiceLoadBalancers: [nlb], acceptanceRequired: false, ...options.service });

  const { stack, vpc: own } = stackWithVpc(app, 'Hub');
  const { alb, listener } = publicAlb(stack, own);
  let name = service.vpcEndpointServiceName;
  if (options.account) {
    // as a stack of another account reads it
    new CfnOutput(theirs, 'ServiceName', { value: name });
    name = Fn.getStackOutput(`arn:aws:cloudformation:${TOKYO.region}:${options.account}:stack/Team/0`, 'ServiceName');
  }
  const endpoint = new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', {
    vpc: own,
    service: new ec2.InterfaceVpcEndpointService(name, port),
    subnets: ISOLATED,
    open: false,
  });
  endpoint.connections.allowFrom(alb, ec2.Port.tcp(port));
  const protocol = options.tls ? elbv2.ApplicationProtocol.HTTPS : elbv2.ApplicationProtocol.HTTP;
  listener.addTargetGroups('Default', {
    targetGroups: [new elbv2.ApplicationTargetGroup(stack, 'Group', {
      vpc: own, port, protocol, targetType: elbv2.TargetType.IP, targets: [new InterfaceEndpointTarget(stack, 'Target', { endpoint, port })], ...options.group,
    })],
  });
}

export const privateLink: Defects = {
  'a target group sends HTTP to a listener that takes TLS': {
    finds: ['Protocol Hub/Group'],
    says: /Set the protocol of Hub\/Group to HTTPS/,
    build: (app, mended) => hub(app, { tls: true, group: mended ? {} : { protocol: elbv2.ApplicationProtocol.HTTP } }),
  },
  'the health check goes to a port where the load balancer of the service does not listen': {
    finds: ['HealthCheckPort Hub/Group'],
    says: /Leave the port of the health check out: it is that of the traffic, 80/,
    build: (app, mended) => hub(app, { group: mended ? {} : { healthCheck: { port: '8080' } } }),
  },
  'a service does not allow the account of an endpoint': {
    finds: ['PrincipalNotAllowed Team/Service/Service'],
    says: /Allow arn:aws:iam::111111111111:root to use the service \(in the CDK: allowedPrincipals\)/,
    build: (app, mended) => hub(app, { account: '222222222222', service: mended ? { allowedPrincipals: [new iam.AccountPrincipal(TOKYO.account)] } : {} }),
  },
  'a zone of an endpoint has no target, and cross-zone load balancing is off': {
    finds: ['CrossZone Team/Nlb'],
    says: /Set 'load_balancing\.cross_zone\.enabled' of Team\/Nlb to true \(in the CDK: crossZoneEnabled\)/,
    build: (app, mended) => hub(app, { instances: [0], nlb: { crossZoneEnabled: mended } }),
  },
  'an endpoint is in a zone where its service is not': {
    finds: ['EndpointZone Hub/Endpoint'],
    says: /Give Team\/Nlb a subnet in the zone ap-northeast-1c/,
    build: (app, mended) => hub(app, { zones: mended ? [0, 1] : [0], instances: [0] }),
  },
  'the group of an NLB looks at PrivateLink traffic and admits nobody': {
    finds: ['PrivateLinkEnforced Team/Nlb'],
    says: /Set 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic' of Team\/Nlb to off/,
    build: (app, mended) => hub(app, { nlb: { enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: !mended } }),
  },
};
