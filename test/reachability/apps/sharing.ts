import { Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as firewall from 'aws-cdk-lib/aws-networkfirewall';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as aliases from 'aws-cdk-lib/aws-route53-targets';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { internalAlb, ISOLATED, PUBLIC, publicAlb, scaledGroup, stackWithVpc, ZONES } from './parts';
import { WorkingApps } from './working-app';
import { newInstance, newVpc, TOKYO } from '../../util';

const VIRGINIA = { account: TOKYO.account, region: 'us-east-1' };

/** An endpoint service on an NLB, for whoever is admitted. */
function published(stack: Stack, vpc: ec2.IVpc, options: Partial<ec2.CfnVPCEndpointServiceProps> = {}): ec2.CfnVPCEndpointService {
  const group = scaledGroup(stack, vpc);
  const securityGroups = [new ec2.SecurityGroup(stack, 'NlbGroup', { vpc, allowAllOutbound: false })];
  const nlb = new elbv2.NetworkLoadBalancer(stack, 'Nlb', {
    vpc, vpcSubnets: ISOLATED, crossZoneEnabled: false, securityGroups, enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: false,
  });
  nlb.connections.allowTo(group, ec2.Port.tcp(80));
  nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 80, targets: [group] });
  return new ec2.CfnVPCEndpointService(stack, 'Service', { networkLoadBalancerArns: [nlb.loadBalancerArn], acceptanceRequired: false, ...options });
}

function endpoint(stack: Stack, vpc: ec2.IVpc, service: string): ec2.InterfaceVpcEndpoint {
  const made = new ec2.InterfaceVpcEndpoint(stack, 'Endpoint', { vpc, service: new ec2.InterfaceVpcEndpointService(service, 80), subnets: ISOLATED, open: false });
  newInstance(stack, 'EndpointClient', vpc).connections.allowTo(made, ec2.Port.tcp(80));
  return made;
}

/** What stacks, accounts and VPCs give each other. */
export const sharing: WorkingApps = {
  'a VPC that another stack of the app exports by names': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Network');
      stack.exportValue(vpc.vpcId, { name: 'vpc' });
      stack.exportValue(Fn.join(',', vpc.isolatedSubnets.map(subnet => subnet.subnetId)), { name: 'subnets' });
      const web = new Stack(app, 'Web', { env: TOKYO });
      const imported = ec2.Vpc.fromVpcAttributes(web, 'Vpc', {
        vpcId: Fn.importValue('vpc'), availabilityZones: ZONES, isolatedSubnetIds: Fn.split(',', Fn.importValue('subnets'), 2), vpcCidrBlock: '10.1.0.0/16',
      });
      internalAlb(web, imported).listener.addTargets('Web', { port: 80, targets: [scaledGroup(web, imported)] });
    },
  },
  'a VPC that another stack tells through Systems Manager': {
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Network');
      new ssm.StringParameter(stack, 'VpcId', { parameterName: '/network/vpc', stringValue: vpc.vpcId });
      vpc.isolatedSubnets.forEach((subnet, index) => new ssm.StringParameter(stack, `Subnet${index}`, { parameterName: `/network/subnet${index}`, stringValue: subnet.subnetId }));
      const web = new Stack(app, 'Web', { env: TOKYO });
      const imported = ec2.Vpc.fromVpcAttributes(web, 'Vpc', {
        vpcId: ssm.StringParameter.valueForStringParameter(web, '/network/vpc'),
        availabilityZones: ZONES,
        isolatedSubnetIds: [0, 1].map(index => ssm.StringParameter.valueForStringParameter(web, `/network/subnet${index}`)),
      });
      internalAlb(web, imported).listener.addTargets('Web', { port: 80, targets: [scaledGroup(web, imported)] });
    },
  },
  'a peering of two Regions': {
    reaches: ['Client > alb > auto-scaling-group'],
    build: app => {
      const near = stackWithVpc(app, 'Near');
      const far = new Stack(app, 'Far', { env: VIRGINIA, crossRegionReferences: true });
      const vpc = newVpc(far, 'Vpc', '10.2.0.0/16', ['us-east-1a', 'us-east-1b']);
      const alb = new elbv2.ApplicationLoadBalancer(near.stack, 'Alb', { vpc: near.vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.2.0.0/16'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(near.stack, near.vpc)] });
      newInstance(far, 'Client', vpc).connections.allowTo(ec2.Peer.ipv4('10.1.0.0/16'), ec2.Port.tcp(80));
      const middle = new Stack(app, 'Middle', { env: TOKYO, crossRegionReferences: true });
      const peering = new ec2.CfnVPCPeeringConnection(middle, 'Peering', { vpcId: near.vpc.vpcId, peerVpcId: vpc.vpcId, peerRegion: VIRGINIA.region });
      near.vpc.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(middle, `There${index}`, {
        routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: '10.2.0.0/16', vpcPeeringConnectionId: peering.ref,
      }));
      const back = new Stack(app, 'Back', { env: VIRGINIA, crossRegionReferences: true });
      vpc.isolatedSubnets.forEach((subnet, index) => new ec2.CfnRoute(back, `Back${index}`, {
        routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: '10.1.0.0/16', vpcPeeringConnectionId: peering.ref,
      }));
    },
  },
  'an endpoint service without cross-zone balancing, whose targets are in each zone': {
    reaches: ['EndpointClient > endpoint > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      endpoint(stack, newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones), `com.amazonaws.vpce.${stack.region}.${published(stack, vpc).ref}`);
    },
  },
  'an endpoint in one of the zones of its service': {
    reaches: ['EndpointClient > endpoint > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const consumer = newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones.slice(0, 1));
      endpoint(stack, consumer, `com.amazonaws.vpce.${stack.region}.${published(stack, vpc).ref}`);
    },
  },
  'an endpoint in another Region than its service': {
    reaches: ['endpoint > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app, 'Provider');
      const service = published(stack, vpc, { supportedRegions: [VIRGINIA.region] });
      const consumer = new Stack(app, 'Consumer', { env: VIRGINIA, crossRegionReferences: true });
      const far = newVpc(consumer, 'Vpc', '10.2.0.0/16', ['us-east-1a', 'us-east-1b']);
      const made = new ec2.InterfaceVpcEndpoint(consumer, 'Endpoint', {
        vpc: far, service: new ec2.InterfaceVpcEndpointService(`com.amazonaws.vpce.${TOKYO.region}.${service.ref}`, 80), serviceRegion: TOKYO.region, subnets: ISOLATED, open: false,
      });
      newInstance(consumer, 'EndpointClient', far).connections.allowTo(made, ec2.Port.tcp(80));
    },
  },
  'a zone that is shared with a VPC of another account': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'web.internal' });
      new route53.ARecord(stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) });
      new route53.CfnRecordSet(stack, 'Text', { hostedZoneId: zone.hostedZoneId, name: '_note.web.internal', type: 'TXT', ttl: '60', resourceRecords: ['"shared"'] });
    },
  },
  'a service that somebody accepts endpoints of': {
    reaches: ['nlb > auto-scaling-group'],
    unknown: [/accept/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const service = published(stack, vpc, { acceptanceRequired: true });
      endpoint(stack, newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones), `com.amazonaws.vpce.${stack.region}.${service.ref}`);
    },
  },
  'a name of the consumer\'s own for an endpoint': {
    reaches: ['EndpointClient > endpoint > nlb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const consumer = newVpc(stack, 'Consumer', '10.2.0.0/16', vpc.availabilityZones);
      const made = endpoint(stack, consumer, `com.amazonaws.vpce.${stack.region}.${published(stack, vpc).ref}`);
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc: consumer, zoneName: 'orders.internal' });
      new route53.ARecord(stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new aliases.InterfaceVpcEndpointTarget(made)) });
    },
  },
  'a narrower zone beside a wider one, each with its own names': {
    reaches: ['alb > auto-scaling-group'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const { alb, listener } = internalAlb(stack, vpc);
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const target = route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb));
      const [wide, narrow] = ['corp.internal', 'apps.corp.internal'].map((zoneName, index) => new route53.PrivateHostedZone(stack, `Zone${index}`, { vpc, zoneName }));
      new route53.ARecord(stack, 'Wide', { zone: wide, recordName: 'web', target });
      new route53.ARecord(stack, 'Narrow', { zone: narrow, recordName: 'web', target });
      new route53.ARecord(stack, 'Wild', { zone: narrow, recordName: '*', target });
    },
  },
  'two load balancers under one name by weight': {
    reaches: ['A > GroupA', 'B > GroupB'],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'corp.internal' });
      for (const id of ['A', 'B']) {
        const alb = new elbv2.ApplicationLoadBalancer(stack, id, { vpc, vpcSubnets: ISOLATED });
        alb.addListener('Http', { port: 80 }).addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc, `Group${id}`)] });
        new route53.ARecord(stack, `Record${id}`, { zone, recordName: 'web', weight: 50, setIdentifier: id, target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) });
      }
    },
  },
  'a zone that a VPC sees which a Transit Gateway of elsewhere connects': {
    reaches: ['alb > auto-scaling-group'],
    unknown: [/tgw-0123456789abcdef0/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      const other = newVpc(stack, 'Other', '10.2.0.0/16', vpc.availabilityZones);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const listener = alb.addListener('Http', { port: 80, open: false });
      listener.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.2.0.0/16'));
      listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      for (const [from, to] of [[vpc, other], [other, vpc]]) {
        const { subnets, subnetIds } = from.selectSubnets(ISOLATED);
        new ec2.CfnTransitGatewayAttachment(stack, `${from.node.id}Attachment`, { transitGatewayId: 'tgw-0123456789abcdef0', vpcId: from.vpcId, subnetIds });
        subnets.forEach((subnet, index) => new ec2.CfnRoute(stack, `${from.node.id}${index}`, {
          routeTableId: subnet.routeTable.routeTableId, destinationCidrBlock: to.vpcCidrBlock, transitGatewayId: 'tgw-0123456789abcdef0',
        }));
      }
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'web.internal' });
      zone.addVpc(other);
      new route53.ARecord(stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) });
    },
  },
  'a firewall between the internet and a public load balancer': {
    reaches: ['alb > auto-scaling-group'],
    unknown: [/Firewall/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const inspection = new ec2.PublicSubnet(stack, 'Inspection', { vpcId: vpc.vpcId, cidrBlock: '10.1.200.0/24', availabilityZone: vpc.availabilityZones[0] });
      inspection.addDefaultInternetRoute(vpc.internetGatewayId!, vpc.internetConnectivityEstablished);
      const wall = new firewall.CfnFirewall(stack, 'Firewall', {
        firewallName: 'inspection', firewallPolicyArn: 'arn:aws:network-firewall:ap-northeast-1:111111111111:firewall-policy/policy', vpcId: vpc.vpcId, subnetMappings: [{ subnetId: inspection.subnetId }],
      });
      const vpcEndpointId = Fn.select(1, Fn.split(':', Fn.select(0, wall.attrEndpointIds)));
      vpc.selectSubnets(PUBLIC).subnets.forEach(subnet => {
        const route = subnet.node.findChild('DefaultRoute') as ec2.CfnRoute;
        route.gatewayId = undefined;
        route.vpcEndpointId = vpcEndpointId;
      });
    },
  },
  'network ACLs that refuse remote logins and admit the rest': {
    // one of the ports that clients choose from is refused
    unknown: [/which port the client chooses/],
    build: app => {
      const { stack, vpc } = stackWithVpc(app);
      publicAlb(stack, vpc).listener.addTargets('Web', { port: 80, targets: [scaledGroup(stack, vpc)] });
      const acl = new ec2.NetworkAcl(stack, 'Acl', { vpc, subnetSelection: PUBLIC });
      [22, 3389].forEach((port, index) => acl.addEntry(`No${port}`, { cidr: ec2.AclCidr.anyIpv4(), ruleNumber: 10 + index, traffic: ec2.AclTraffic.tcpPort(port), ruleAction: ec2.Action.DENY }));
      acl.addEntry('In', { cidr: ec2.AclCidr.anyIpv4(), ruleNumber: 100, traffic: ec2.AclTraffic.allTraffic() });
      acl.addEntry('Out', { cidr: ec2.AclCidr.anyIpv4(), ruleNumber: 100, traffic: ec2.AclTraffic.allTraffic(), direction: ec2.TrafficDirection.EGRESS });
    },
  },
};
