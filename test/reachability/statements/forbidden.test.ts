import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import {
  afterFixes, cidr, forbidden, from, internet, loadBalancer, ofVpc, PublicSite, Said, saying, stated, to, TwoVpcs, violations,
} from './network';
import { Report } from '../../../src/reachability/contract';
import { newInstance } from '../../util';

const FOO = ec2.Peer.ipv4('10.1.0.0/16');
const BAR = ec2.Peer.ipv4('10.2.0.0/16');

/** The path is there, its fix is not empty, and with the fix it is gone. */
function mended(net: TwoVpcs | PublicSite, said: Said): { readonly before: Report; readonly after: Report } {
  const { before, after } = afterFixes(net.app, said);
  expect(violations(before)).toBeGreaterThan(0);
  expect(before.findings.filter(({ code }) => code === 'ForbiddenPath').every(({ fix }) => fix.patches.length > 0)).toBe(true);
  expect(violations(after)).toBe(0);
  return { before, after };
}

describe('a forbidden path', () => {
  test('is an error of the load balancer, with the way in the report', () => {
    const { app, bar, alb } = new TwoVpcs().peer().admit(BAR);
    const report = saying(app, { forbid: [{ source: ofVpc(bar), destination: loadBalancer(alb), port: 80 }] });
    const [finding] = report.findings.filter(({ code }) => code === 'ForbiddenPath');
    expect(finding).toMatchObject({
      severity: 'error', constructPath: 'Net/Alb', reason: 'Net/Bar reaches Net/Alb on TCP 80, and a statement forbids it.',
    });
    const [path] = stated(report, 'forbid');
    expect(finding.paths).toEqual([path.id]);
    expect(path).toMatchObject({ verdict: 'blocked', source: { label: 'Net/Bar' }, destination: { label: 'Net/Alb' } });
  });

  test('is one finding for each source, and keeps its id', () => {
    const ids = () => {
      const { app, bar, client, alb } = new TwoVpcs().peer().admit(BAR);
      const forbid = [ofVpc(bar), from(client)].map(source => ({ source, destination: loadBalancer(alb) }));
      return saying(app, { forbid }).findings.map(({ id }) => id);
    };
    expect(ids()).toEqual(ids());
    expect(ids()).toEqual(['ForbiddenPath Net/Alb16C2F182 Net/Bar', 'ForbiddenPath Net/Alb16C2F182 Net/Client'].map(id => expect.stringMatching(id.replace('16C2F182', '.*'))));
  });

  test('that is certainly closed leaves no finding and no path', () => {
    const { app, bar, alb } = new TwoVpcs().peer();
    const report = saying(app, { forbid: [{ source: ofVpc(bar), destination: loadBalancer(alb) }] });
    expect(stated(report, 'forbid')).toEqual([]);
    expect(report.findings.filter(({ paths }) => paths.some(id => id.startsWith('forbid')))).toEqual([]);
  });
});

describe('the fix of a forbidden path', () => {
  test('takes away the inline rule that admits a VPC', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const { before } = mended(net, { forbid: [{ source: ofVpc(net.bar), destination: loadBalancer(net.alb) }] });
    expect(before.findings.find(({ code }) => code === 'ForbiddenPath')!.fix.text)
      .toBe('Take away what lets it in: Net/AlbGroup (Properties.SecurityGroupIngress.0).');
  });

  test('takes away rules that are resources', () => {
    const net = new TwoVpcs();
    const neighbour = newInstance(net.stack, 'Neighbour', net.foo);
    net.alb.connections.allowFrom(neighbour, ec2.Port.tcp(80));
    mended(net, { forbid: [{ source: from(neighbour), destination: loadBalancer(net.alb) }] });
  });

  test('takes away what admits a group of the VPC', () => {
    const net = new TwoVpcs();
    net.alb.connections.allowFrom(newInstance(net.stack, 'Neighbour', net.foo), ec2.Port.tcp(80));
    mended(net, { forbid: [{ source: ofVpc(net.foo), destination: loadBalancer(net.alb) }] });
  });

  test('takes away what admits a group in a block of addresses', () => {
    const net = new TwoVpcs();
    net.alb.connections.allowFrom(newInstance(net.stack, 'Neighbour', net.foo), ec2.Port.tcp(80));
    mended(net, { forbid: [{ source: cidr('10.1.2.0/23'), destination: loadBalancer(net.alb) }] });
  });

  test('closes an internet-facing load balancer to the internet', () => {
    const site = new PublicSite(ec2.Peer.anyIpv4());
    mended(site, { forbid: [{ source: internet(), destination: loadBalancer(site.alb) }] });
  });

  test('closes a port of an instance', () => {
    const net = new TwoVpcs().peer();
    net.web.connections.allowFrom(BAR, ec2.Port.tcp(22));
    mended(net, { forbid: [{ source: ofVpc(net.bar), destination: to(net.web), port: 22 }] });
  });

  test('closes an instance altogether', () => {
    const net = new TwoVpcs().peer();
    net.web.connections.allowFrom(BAR, ec2.Port.tcp(22));
    net.web.connections.allowFrom(BAR, ec2.Port.udp(53));
    mended(net, { forbid: [{ source: ofVpc(net.bar), destination: to(net.web) }] });
  });

  test('leaves other rules', () => {
    const net = new TwoVpcs().peer().admit(FOO, BAR);
    const { after } = mended(net, {
      forbid: [{ source: ofVpc(net.bar), destination: loadBalancer(net.alb) }],
      expect: [{ source: ofVpc(net.foo), destination: loadBalancer(net.alb) }],
    });
    expect(stated(after, 'expect').map(({ verdict }) => verdict)).toEqual(['reachable']);
  });

  test('leaves other ports', () => {
    const net = new TwoVpcs().peer();
    net.web.connections.allowFrom(BAR, ec2.Port.tcp(22));
    net.web.connections.allowFrom(BAR, ec2.Port.tcp(5432));
    const { after } = mended(net, {
      forbid: [{ source: ofVpc(net.bar), destination: to(net.web), port: 22 }],
      expect: [{ source: ofVpc(net.bar), destination: to(net.web), port: 5432 }],
    });
    expect(stated(after, 'expect').map(({ verdict }) => verdict)).toEqual(['reachable']);
  });

  test('leaves the ports of the load balancer that the statement does not speak of', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    net.albGroup.addIngressRule(BAR, ec2.Port.tcp(22));
    const { before } = mended(net, { forbid: [{ source: ofVpc(net.bar), destination: loadBalancer(net.alb) }] });
    expect(before.findings.find(({ code }) => code === 'ForbiddenPath')!.fix.text).not.toContain('SecurityGroupIngress.1');
  });

  test('leaves other protocols', () => {
    const net = new TwoVpcs().peer();
    net.web.connections.allowFrom(BAR, ec2.Port.tcp(53));
    net.web.connections.allowFrom(BAR, ec2.Port.udp(53));
    const { before } = mended(net, { forbid: [{ source: ofVpc(net.bar), destination: to(net.web), port: 53 }] });
    expect(before.findings.find(({ code }) => code === 'ForbiddenPath')!.fix.text).not.toContain('SecurityGroupIngress.1');
  });

  test('that keeps the internet out leaves the clients of the VPC', () => {
    const site = new PublicSite(ec2.Peer.anyIpv4(), FOO);
    const { before } = mended(site, { forbid: [{ source: internet(), destination: loadBalancer(site.alb) }] });
    expect(before.findings.find(({ code }) => code === 'ForbiddenPath')!.fix.text).not.toContain('SecurityGroupIngress.1');
  });

  test('takes several rules at once', () => {
    const net = new TwoVpcs().peer().admit(BAR, FOO, ec2.Peer.ipv4('10.2.2.0/24'), ec2.Peer.anyIpv4());
    const { before } = mended(net, { forbid: [{ source: cidr('10.2.2.0/24'), destination: loadBalancer(net.alb) }] });
    expect(before.findings.find(({ code }) => code === 'ForbiddenPath')!.fix.text)
      .toBe('Take away what lets it in: Net/AlbGroup (Properties.SecurityGroupIngress.0), Net/AlbGroup (Properties.SecurityGroupIngress.2), Net/AlbGroup (Properties.SecurityGroupIngress.3).');
  });

  test('of one source leaves that of another to be made after it', () => {
    // both patches write the same list
    const net = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.2.0/24'), ec2.Peer.ipv4('10.2.3.0/24'));
    mended(net, { forbid: ['10.2.2.0/24', '10.2.3.0/24'].map(block => ({ source: cidr(block), destination: loadBalancer(net.alb) })) });
  });

  test('where no group filters is a matter of routes', () => {
    const net = new TwoVpcs().peer();
    const nlb = new elbv2.NetworkLoadBalancer(net.stack, 'Nlb', { vpc: net.foo, disableSecurityGroups: true });
    nlb.addListener('Tcp', { port: 80 }).addTargetGroups('Nothing', new elbv2.NetworkTargetGroup(net.stack, 'Nothing', { vpc: net.foo, port: 80 }));
    const { findings } = saying(net.app, { forbid: [{ source: ofVpc(net.foo), destination: loadBalancer(nlb) }] });
    expect(findings.filter(({ code }) => code === 'ForbiddenPath').map(({ fix }) => fix)).toEqual([{ text: 'Take away the route or the rule that lets it through.', patches: [] }]);
  });
});

describe('bar reaches foo and nobody else does', () => {
  /** What a user would write. */
  function only({ foo, bar, client, alb }: TwoVpcs): Said {
    return {
      expect: [{ source: from(client), destination: loadBalancer(alb), port: 80 }],
      forbid: [
        { source: internet(), destination: loadBalancer(alb) },
        { source: ofVpc(foo), destination: loadBalancer(alb) },
        { source: ofVpc(bar), destination: loadBalancer(alb), port: 443 },
      ],
    };
  }

  test('holds where the group of the load balancer admits bar', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const report = saying(net.app, only(net));
    expect([report.findings, stated(report, 'forbid'), stated(report, 'expect').map(({ verdict }) => verdict)]).toEqual([[], [], ['reachable']]);
  });

  test('does not hold where it admits more', () => {
    const net = new TwoVpcs().peer().admit(BAR, FOO);
    expect(saying(net.app, only(net)).findings.map(({ code, reason }) => [code, reason]))
      .toEqual([['ForbiddenPath', 'Net/Foo reaches Net/Alb on TCP 80, and a statement forbids it.']]);
  });

  test('does not hold where it admits less', () => {
    const net = new TwoVpcs().peer().admit(ec2.Peer.ipv4('10.2.9.0/24'));
    expect(saying(net.app, only(net)).findings.map(({ code }) => code)).toContain('SecurityGroupIngress');
  });

  test('may be said of a block around all others: what lies in the forbidden block and is expected is a contradiction', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    expect(forbidden(net.app, cidr('10.0.0.0/8'), loadBalancer(net.alb))).toBe('violated');
  });
});

describe('statements about each other', () => {
  test('do not disturb the paths that the templates promise', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const paths = (said: Said) => saying(net.app, said).paths.filter(({ promise }) => !['expect', 'forbid'].includes(promise)).map(({ id, verdict }) => [id, verdict]);
    expect(paths({ forbid: [{ source: ofVpc(net.bar), destination: loadBalancer(net.alb) }] })).toEqual(paths({}));
  });

  test('may be said twice', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const statement = { source: ofVpc(net.bar), destination: loadBalancer(net.alb) };
    expect(violations(saying(net.app, { forbid: [statement, statement] }))).toBe(1);
  });

  test('that contradict each other are found: one path is expected and forbidden', () => {
    const net = new TwoVpcs().peer().admit(BAR);
    const statement = { source: ofVpc(net.bar), destination: loadBalancer(net.alb) };
    const report = saying(net.app, { expect: [statement], forbid: [statement] });
    expect([stated(report, 'expect').map(({ verdict }) => verdict), violations(report)]).toEqual([['reachable'], 1]);
  });
});
