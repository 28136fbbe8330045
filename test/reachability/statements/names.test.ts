import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as route53targets from 'aws-cdk-lib/aws-route53-targets';
import { codesOf, expected, forbidden, from, internet, ISOLATED, name, ofVpc, PublicSite, saying, stated, TwoVpcs } from './network';

const BAR = ec2.Peer.ipv4('10.2.0.0/16');
const FOO = ec2.Peer.ipv4('10.1.0.0/16');

describe('a name', () => {
  function named(privateVpcs: (net: TwoVpcs) => ec2.IVpc[]): TwoVpcs {
    const net = new TwoVpcs().peer().admit(BAR, FOO);
    const [first, ...others] = privateVpcs(net);
    const zone = new route53.PrivateHostedZone(net.stack, 'Zone', { zoneName: 'alb.home', vpc: first });
    for (const vpc of others) { zone.addVpc(vpc); }
    new route53.ARecord(net.stack, 'Record', { zone, target: route53.RecordTarget.fromAlias(new route53targets.LoadBalancerTarget(net.alb)) });
    return net;
  }

  test('that the source sees leads to the load balancer behind it', () => {
    const { app, bar, client } = named(net => [net.foo, net.bar]);
    expect(expected(app, ofVpc(bar), name('alb.home'))).toBe('reachable');
    expect(expected(app, from(client), name('alb.home'), 80)).toBe('reachable');
    expect(forbidden(app, from(client), name('alb.home'))).toBe('violated');
  });

  test('is written in any case, and with or without the dot at its end', () => {
    const { app, bar } = named(net => [net.foo, net.bar]);
    expect(expected(app, ofVpc(bar), name('ALB.Home.'))).toBe('reachable');
  });

  test('that the source does not see is no way for those who need it, and no protection from those who do not', () => {
    const { app, bar } = named(net => [net.foo]);
    expect(codesOf(saying(app, { expect: [{ source: ofVpc(bar), destination: name('alb.home') }] }))).toEqual(['NameNotVisible']);
    expect(forbidden(app, ofVpc(bar), name('alb.home'))).toBe('violated');
  });

  test('at a port without a listener leads nowhere', () => {
    const { app, bar } = named(net => [net.foo, net.bar]);
    expect(codesOf(saying(app, { expect: [{ source: ofVpc(bar), destination: name('alb.home'), port: 443 }] }))).toEqual(['NoPath']);
    expect(forbidden(app, ofVpc(bar), name('alb.home'), 443)).toBe('kept');
  });

  test('that no record has is expected in vain', () => {
    const { app, bar } = named(net => [net.foo]);
    const report = saying(app, { expect: [{ source: ofVpc(bar), destination: name('www.alb.home') }] });
    expect(codesOf(report)).toEqual(['NoPath']);
    expect(report.findings.find(({ code }) => code === 'NoPath')?.fix.text).toBe('Add a record www.alb.home that leads to a load balancer.');
  });

  test('that no record has cannot be forbidden: a mistyped name would protect nothing', () => {
    const { app, bar } = named(net => [net.foo]);
    expect(forbidden(app, ofVpc(bar), name('www.alb.home'))).not.toBe('kept');
  });

  test('of a public zone is seen by everybody', () => {
    const site = new PublicSite(ec2.Peer.anyIpv4());
    const zone = new route53.PublicHostedZone(site.stack, 'Zone', { zoneName: 'example.com' });
    new route53.ARecord(site.stack, 'Record', { zone, recordName: 'www', target: route53.RecordTarget.fromAlias(new route53targets.LoadBalancerTarget(site.alb)) });
    expect(expected(site.app, internet(), name('www.example.com'))).toBe('reachable');
    expect(forbidden(site.app, internet(), name('www.example.com'))).toBe('violated');
  });

  test('of a zone that is made elsewhere is led to by the record all the same', () => {
    const site = new PublicSite(ec2.Peer.anyIpv4());
    const zone = route53.HostedZone.fromHostedZoneAttributes(site.stack, 'Zone', { zoneName: 'example.com', hostedZoneId: 'Z0123456789' });
    new route53.ARecord(site.stack, 'Record', { zone, recordName: 'www', target: route53.RecordTarget.fromAlias(new route53targets.LoadBalancerTarget(site.alb)) });
    expect(expected(site.app, internet(), name('www.example.com'))).not.toBe('blocked');
    expect(forbidden(site.app, internet(), name('www.example.com'))).not.toBe('kept');
  });

  test('that leads to what is no load balancer of the app leaves unknown where to', () => {
    const site = new PublicSite(ec2.Peer.anyIpv4());
    const zone = new route53.PublicHostedZone(site.stack, 'Zone', { zoneName: 'example.com' });
    new route53.CnameRecord(site.stack, 'Record', { zone, recordName: 'www', domainName: 'elsewhere.example.org' });
    expect(expected(site.app, internet(), name('www.example.com'))).toBe('unknown');
  });

  test('of which two zones have a record leads to both load balancers', () => {
    const net = named(({ foo }) => [foo]);
    const other = new elbv2.ApplicationLoadBalancer(net.stack, 'Other', { vpc: net.bar, vpcSubnets: ISOLATED });
    other.addListener('Http', { port: 80, open: true, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    const zone = new route53.PrivateHostedZone(net.stack, 'BarZone', { zoneName: 'alb.home', vpc: net.bar });
    new route53.ARecord(net.stack, 'BarRecord', { zone, target: route53.RecordTarget.fromAlias(new route53targets.LoadBalancerTarget(other)) });
    const labels = stated(saying(net.app, { forbid: [{ source: ofVpc(net.bar), destination: name('alb.home') }] }), 'forbid').map(({ destination }) => destination.label);
    expect(labels.sort()).toEqual(['Net/Alb', 'Net/Other']);
  });

  test('that another zone answers for the source is not expected to lead the other way, too', () => {
    const net = named(({ foo }) => [foo]);
    const other = new elbv2.ApplicationLoadBalancer(net.stack, 'Other', { vpc: net.bar, vpcSubnets: ISOLATED });
    other.addListener('Http', { port: 80, open: true, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    const zone = new route53.PrivateHostedZone(net.stack, 'BarZone', { zoneName: 'alb.home', vpc: net.bar });
    new route53.ARecord(net.stack, 'BarRecord', { zone, target: route53.RecordTarget.fromAlias(new route53targets.LoadBalancerTarget(other)) });
    expect(expected(net.app, ofVpc(net.bar), name('alb.home'))).toBe('reachable');
  });
});

