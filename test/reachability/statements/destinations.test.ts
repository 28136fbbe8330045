import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { CfnParameter, Stack } from 'aws-cdk-lib/core';
import {
  cidr, codesOf, endpointService, expected, forbidden, internet, ISOLATED, loadBalancer, newApp, ofVpc, saying, stated, TwoVpcs, ZONES,
} from './network';
import { AlbToPrivateLinkTargets, Backend, InternalAlb, NlbEndpointService } from '../../../src';
import { newInstance, newVpc, TOKYO } from '../../util';

const BAR = ec2.Peer.ipv4('10.2.0.0/16');
const FOO = ec2.Peer.ipv4('10.1.0.0/16');

describe('a load balancer', () => {
  test('is reached when all that its listeners forward to is', () => {
    const { app, bar, alb } = new TwoVpcs().peer().admit(BAR);
    const paths = stated(saying(app, { expect: [{ source: ofVpc(bar), destination: loadBalancer(alb) }] }), 'expect');
    expect(paths.map(({ destination, hops }) => [destination.label, hops.length])).toEqual([['Net/Web', 2]]);
  });

  test('with a dead target is not reached', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const dead = newInstance(net.stack, 'Dead', net.foo);
    net.alb.listeners[0].addTargets('Dead', {
      port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(dead)], priority: 5, conditions: [elbv2.ListenerCondition.pathPatterns(['/dead'])],
    });
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('violated');
  });

  test('at a port is looked at for this listener alone', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    net.alb.addListener('Admin', { port: 8443, protocol: elbv2.ApplicationProtocol.HTTP, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(net.alb), 80)).toBe('reachable');
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(net.alb), 8443)).toBe('blocked');
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(net.alb), 80)).toBe('violated');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(net.alb), 8443)).toBe('kept');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('violated');
  });

  test('that answers itself is reached', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const redirecting = new elbv2.ApplicationLoadBalancer(net.stack, 'Redirecting', { vpc: net.foo, vpcSubnets: ISOLATED, securityGroup: net.albGroup });
    redirecting.addListener('Http', { port: 80, open: false, defaultAction: elbv2.ListenerAction.redirect({ protocol: 'HTTPS' }) });
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(redirecting))).toBe('reachable');
  });

  test('without any listener is not reached, and needs not be forbidden', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const mute = new elbv2.ApplicationLoadBalancer(net.stack, 'Mute', { vpc: net.foo, vpcSubnets: ISOLATED, securityGroup: net.albGroup });
    expect(codesOf(saying(net.app, { expect: [{ source: ofVpc(net.bar), destination: loadBalancer(mute) }] }))).toEqual(['NoPath']);
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(mute))).toBe('kept');
  });

  test('that is a Network Load Balancer is reached like another', () => {
    const net = new TwoVpcs().peer();
    const group = new ec2.SecurityGroup(net.stack, 'NlbGroup', { vpc: net.foo, allowAllOutbound: false });
    const nlb = new elbv2.NetworkLoadBalancer(net.stack, 'Nlb', { vpc: net.foo, vpcSubnets: ISOLATED, securityGroups: [group] });
    nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 8080, targets: [new targets.InstanceTarget(net.web)], preserveClientIp: false });
    nlb.connections.allowTo(net.web, ec2.Port.tcp(8080));
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(nlb))).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(nlb))).toBe('kept');
    group.addIngressRule(BAR, ec2.Port.tcp(80));
    const open = new TwoVpcs().peer();
    const without = new elbv2.NetworkLoadBalancer(open.stack, 'Nlb', { vpc: open.foo, vpcSubnets: ISOLATED, disableSecurityGroups: true });
    without.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 8080, targets: [new targets.InstanceTarget(open.web)], preserveClientIp: false });
    open.web.connections.allowFrom(FOO, ec2.Port.tcp(8080));
    expect(expected(open.app, ofVpc(open.bar), loadBalancer(without))).toBe('reachable');
    expect(forbidden(open.app, ofVpc(open.bar), loadBalancer(without))).toBe('violated');
  });

  test('may be named by what makes it', () => {
    const app = newApp();
    const stack = new Stack(app, 'Own', { env: TOKYO });
    const vpc = newVpc(stack, 'Vpc', '10.1.0.0/16', ZONES);
    const web = newInstance(stack, 'Web', vpc);
    const internal = new InternalAlb(stack, 'Internal', { vpc, clients: [FOO], backend: Backend.instances([web], { port: 8080 }) });
    expect(expected(app, ofVpc(vpc), loadBalancer(internal))).toBe('reachable');
    expect(forbidden(app, ofVpc(vpc), loadBalancer(internal), 80)).toBe('violated');
    expect(forbidden(app, internet(), loadBalancer(internal))).toBe('kept');
  });

  test('with a group from elsewhere leaves unknown whom that lets in', () => {
    const net = new TwoVpcs().peer();
    const foreign = ec2.SecurityGroup.fromSecurityGroupId(net.stack, 'Foreign', 'sg-0123456789abcdef0', { mutable: false });
    const alb = new elbv2.ApplicationLoadBalancer(net.stack, 'Other', { vpc: net.foo, vpcSubnets: ISOLATED, securityGroup: foreign });
    alb.addListener('Http', { port: 80, open: false, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(alb))).toBe('unknown');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(alb))).toBe('unknown');
  });

  test('that admits an address of a parameter leaves it unknown', () => {
    const net = new TwoVpcs().peer();
    net.admit(ec2.Peer.ipv4(new CfnParameter(net.stack, 'Office').valueAsString));
    expect(expected(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('unknown');
    expect(forbidden(net.app, ofVpc(net.bar), loadBalancer(net.alb))).toBe('unknown');
  });
});

/** A hub in front of a service, and an endpoint of the service elsewhere. */
class Linked {
  public readonly app = newApp();
  public readonly stack = new Stack(this.app, 'Linked', { env: TOKYO });
  public readonly hubVpc = newVpc(this.stack, 'Hub', '10.1.0.0/16', ZONES);
  public readonly providerVpc = newVpc(this.stack, 'Provider', '10.2.0.0/16', ZONES);
  public readonly web = newInstance(this.stack, 'Web', this.providerVpc);
  public readonly service = new NlbEndpointService(this.stack, 'Service', { vpc: this.providerVpc, port: 80, backend: Backend.instances([this.web], { port: 8080 }) });

  public hub(): AlbToPrivateLinkTargets {
    return new AlbToPrivateLinkTargets(this.stack, 'Front', {
      vpc: this.hubVpc,
      internetFacing: true,
      clients: [ec2.Peer.anyIpv4()],
      routes: { web: { paths: ['/web'], service: this.service, priority: 100 } },
      defaultAction: elbv2.ListenerAction.fixedResponse(200),
    });
  }

  public endpoint(peer?: ec2.IPeer): ec2.InterfaceVpcEndpoint {
    const endpoint = new ec2.InterfaceVpcEndpoint(this.stack, 'Direct', {
      vpc: this.hubVpc,
      subnets: ISOLATED,
      open: false,
      privateDnsEnabled: false,
      service: new ec2.InterfaceVpcEndpointService(this.service.endpointServiceName, 80),
    });
    if (peer) { endpoint.connections.allowFrom(peer, ec2.Port.tcp(80)); }
    return endpoint;
  }
}

describe('an endpoint service', () => {
  test('is reached through a hub', () => {
    const net = new Linked();
    net.hub();
    expect(expected(net.app, internet(), endpointService(net.service))).toBe('reachable');
    expect(expected(net.app, internet(), endpointService(net.service), 80)).toBe('reachable');
    expect(forbidden(net.app, internet(), endpointService(net.service))).toBe('violated');
  });

  test('is reached through an endpoint of the source’s VPC that admits it', () => {
    const net = new Linked();
    net.endpoint(FOO);
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('reachable');
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(net.service), 80)).toBe('reachable');
    expect(forbidden(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('violated');
  });

  test('is not reached through an endpoint that admits nobody', () => {
    const net = new Linked();
    net.endpoint();
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('kept');
  });

  test('is reached when one of several ways leads there', () => {
    const net = new Linked();
    net.hub();
    net.endpoint();
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('reachable');
  });

  test('is not reached at another port', () => {
    const net = new Linked();
    net.endpoint(FOO);
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(net.service), 443)).toBe('blocked');
    expect(forbidden(net.app, ofVpc(net.hubVpc), endpointService(net.service), 443)).toBe('kept');
  });

  test('without an endpoint is not reached from anywhere', () => {
    const net = new Linked();
    expect(codesOf(saying(net.app, { expect: [{ source: ofVpc(net.hubVpc), destination: endpointService(net.service) }] }))).toEqual(['NoPath']);
    expect(forbidden(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('kept');
  });

  test('is not reached from a VPC without an endpoint', () => {
    const net = new Linked();
    net.endpoint(ec2.Peer.anyIpv4());
    const third = newVpc(net.stack, 'Third', '10.3.0.0/16', ZONES);
    expect(expected(net.app, ofVpc(third), endpointService(net.service))).toBe('blocked');
    expect(forbidden(net.app, ofVpc(third), endpointService(net.service))).toBe('kept');
  });

  test('whose instance admits nobody is not reached', () => {
    const net = new Linked();
    net.endpoint(FOO);
    const other = newInstance(net.stack, 'Closed', net.providerVpc);
    const closed = new elbv2.NetworkLoadBalancer(net.stack, 'ClosedNlb', { vpc: net.providerVpc, vpcSubnets: ISOLATED, disableSecurityGroups: true, crossZoneEnabled: true });
    closed.addListener('Tcp', { port: 80 }).addTargets('Closed', { port: 80, targets: [new targets.InstanceTarget(other)] });
    const service = new ec2.VpcEndpointService(net.stack, 'ClosedService', { vpcEndpointServiceLoadBalancers: [closed], acceptanceRequired: false });
    new ec2.InterfaceVpcEndpoint(net.stack, 'ToClosed', {
      vpc: net.hubVpc,
      subnets: ISOLATED,
      privateDnsEnabled: false,
      service: new ec2.InterfaceVpcEndpointService(service.vpcEndpointServiceName, 80),
    });
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(service))).toBe('blocked');
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(net.service))).toBe('reachable');
  });

  test('that asks before it takes an endpoint leaves unknown whether somebody accepts', () => {
    const net = new Linked();
    const nlb = new elbv2.NetworkLoadBalancer(net.stack, 'Nlb', { vpc: net.providerVpc, vpcSubnets: ISOLATED, disableSecurityGroups: true, crossZoneEnabled: true });
    nlb.addListener('Tcp', { port: 80 }).addTargets('Web', { port: 8080, targets: [new targets.InstanceTarget(net.web)] });
    net.web.connections.allowFrom(ec2.Peer.ipv4('10.2.0.0/16'), ec2.Port.tcp(8080));
    const service = new ec2.VpcEndpointService(net.stack, 'Asking', { vpcEndpointServiceLoadBalancers: [nlb], acceptanceRequired: true });
    new ec2.InterfaceVpcEndpoint(net.stack, 'ToAsking', {
      vpc: net.hubVpc,
      subnets: ISOLATED,
      privateDnsEnabled: false,
      service: new ec2.InterfaceVpcEndpointService(service.vpcEndpointServiceName, 80),
    });
    expect(expected(net.app, ofVpc(net.hubVpc), endpointService(service))).toBe('unknown');
    expect(forbidden(net.app, ofVpc(net.hubVpc), endpointService(service))).toBe('unknown');
  });

  test('is out of reach of a block of addresses that is elsewhere', () => {
    const net = new Linked();
    net.endpoint(FOO);
    expect(forbidden(net.app, cidr('203.0.113.0/24'), endpointService(net.service))).toBe('kept');
  });
});

