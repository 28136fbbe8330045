import { App } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as aliases from 'aws-cdk-lib/aws-route53-targets';
import { Defects } from './defect';
import { answering, override, web } from './parts';
import { newVpc } from '../../util';
import { internalAlb, ISOLATED, stackWithVpc, ZONES } from '../apps/parts';

interface Options {
  readonly zoneVpcs?: 'both' | 'own';
  /** The name of another zone that both VPCs see. */
  readonly other?: string;
  readonly dns?: boolean;
}

/** A load balancer with a private name, and an instance in a peered VPC that asks it. */
function named(app: App, { zoneVpcs = 'both', other, dns }: Options): void {
  const { stack, vpc } = stackWithVpc(app);
  const clients = newVpc(stack, 'Clients', '10.2.0.0/16', ZONES);
  const { alb, listener } = internalAlb(stack, vpc);
  answering(listener);
  web(stack, clients, 'Client').connections.allowTo(alb, ec2.Port.tcp(80));
  const peering = new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: vpc.vpcId, peerVpcId: clients.vpcId });
  for (const [from, to] of [[vpc, clients], [clients, vpc]]) {
    from.isolatedSubnets.forEach(({ routeTable }, index) => new ec2.CfnRoute(stack, `${from.node.id}${index}`, {
      routeTableId: routeTable.routeTableId, destinationCidrBlock: to.vpcCidrBlock, vpcPeeringConnectionId: peering.ref,
    }));
  }
  const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'corp.internal' });
  if (zoneVpcs === 'both') { zone.addVpc(clients); }
  const target = route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb));
  new route53.ARecord(stack, 'Record', { zone, recordName: 'web', target });
  if (other !== undefined) {
    const hiding = new route53.PrivateHostedZone(stack, 'Hiding', { vpc: clients, zoneName: other });
    new route53.ARecord(stack, 'Another', { zone: hiding, recordName: 'api', target });
  }
  if (dns !== undefined) { override(clients, 'EnableDnsHostnames', dns); }
}

export const names: Defects = {
  'the VPC of clients does not see the zone of a name': {
    finds: ['NameNotVisible Stack/Zone'],
    says: /Associate the zone corp\.internal with Stack\/Clients \(in the CDK: 'zone\.addVpc\(…\)'\)/,
    build: (app, mended) => named(app, { zoneVpcs: mended ? 'both' : 'own' }),
  },
  'a zone with a longer name hides a name': {
    finds: ['NameShadowed Stack/Hiding'],
    says: /Put the record web\.corp\.internal into the zone web\.corp\.internal, or take Stack\/Clients from that zone/,
    byHand: true,
    build: (app, mended) => named(app, { other: mended ? undefined : 'web.corp.internal' }),
  },
  'a VPC that sees a zone has DNS hostnames off': {
    finds: ['DnsDisabled Stack/Clients'],
    says: /Set 'EnableDnsHostnames' of Stack\/Clients to true/,
    build: (app, mended) => named(app, { dns: mended }),
  },
  'a name leads to a load balancer without a listener': {
    finds: ['NoListener Stack/Alb'],
    says: /Add a listener to Stack\/Alb/,
    byHand: true,
    build: (app, mended) => {
      const { stack, vpc } = stackWithVpc(app);
      const alb = new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc, vpcSubnets: ISOLATED });
      const zone = new route53.PrivateHostedZone(stack, 'Zone', { vpc, zoneName: 'corp.internal' });
      new route53.ARecord(stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new aliases.LoadBalancerTarget(alb)) });
      if (mended) { answering(alb.addListener('Http', { port: 80 })); }
    },
  },
};
