import { Check, Costs, Finding, Hop, Node, NodeKind, Path, Report, Verdict } from '../../../src/reachability/contract';

export function node(kind: NodeKind, label: string, constructPath?: string): Node {
  if (!constructPath) { return { kind, label }; }
  const [stack, ...ids] = constructPath.split('/');
  return { kind, label, stack, logicalId: `${ids.join('')}1A2B3C4D`, constructPath };
}

const passed = (name: string, detail: string): Check => ({ name, verdict: 'reachable', detail });
const failed = (name: string, detail: string, finding?: string): Check => ({ name, verdict: 'blocked', detail, finding });
const open = (name: string, detail: string): Check => ({ name, verdict: 'unknown', detail });

export function worst(parts: readonly { readonly verdict: Verdict }[]): Verdict {
  const verdicts = parts.map(({ verdict }) => verdict);
  return verdicts.includes('blocked') ? 'blocked' : verdicts.includes('unknown') ? 'unknown' : 'reachable';
}

export function hop(from: Node, to: Node, traffic: string, checks: Check[], rule?: string): Hop {
  return { from, to, traffic, ...rule && { rule }, verdict: worst(checks), checks };
}

export function path(id: string, promise: string, hops: Hop[]): Path {
  return { id, source: hops[0].from, destination: hops[hops.length - 1].to, promise, verdict: worst(hops), hops };
}

export const NO_COSTS: Costs = { billed: [], free: [], notKnown: [], notes: [] };

/** Some of each. */
export const BILL: Costs = {
  billed: [
    { what: 'interface endpoint-zones', per: 'hour', atLeast: 4, atMost: 4, notes: [], page: 'https://aws.amazon.com/privatelink/pricing/', parts: [{ stack: 'Hub', logicalId: 'Endpoint', constructPath: 'Hub/a/Endpoint', atLeast: 4, atMost: 4 }] },
    { what: 'public IPv4 addresses', per: 'hour', atLeast: 2, notes: ['it grows', 'b', 'c', 'the fourth'], page: 'https://aws.amazon.com/vpc/pricing/', parts: [{ stack: 'Hub', logicalId: 'Alb', atLeast: 2 }] },
    { what: 'NAT gateways', per: 'hour', atLeast: 0, atMost: 1, notes: ["the condition 'Nat'"], page: 'https://aws.amazon.com/vpc/pricing/', parts: [{ stack: 'Hub', logicalId: 'Nat', atLeast: 0, atMost: 1 }] },
    { what: 'EC2 instances (t3.micro)', per: 'hour', atLeast: 1, atMost: 3, notes: [], page: 'https://aws.amazon.com/ec2/pricing/on-demand/', parts: [{ stack: 'Hub', logicalId: 'Group', atLeast: 1, atMost: 3 }] },
    { what: 'Lambda functions', per: 'use', measure: 'requests', atLeast: 0, notes: [], page: 'https://aws.amazon.com/lambda/pricing/', parts: [{ stack: 'Hub', logicalId: 'Function', atLeast: 0 }] },
  ],
  free: [{ type: 'AWS::EC2::VPC', atLeast: 1, atMost: 1 }, { type: 'AWS::EC2::Subnet', atLeast: 3, atMost: 4 }],
  notKnown: [{ type: 'AWS::New::Thing', atLeast: 2, atMost: 2 }],
  notes: ["what the macro 'Mine' adds"],
};

export function report(paths: readonly Path[], findings: readonly Finding[], costs = NO_COSTS): Report {
  const having = (verdict: Verdict) => paths.filter(each => each.verdict === verdict).length;
  return {
    version: '1',
    summary: {
      reachable: having('reachable'),
      blocked: having('blocked'),
      unknown: having('unknown'),
      findings: findings.length,
      accepted: findings.filter(({ accepted }) => accepted).length,
    },
    paths,
    findings,
    costs,
  };
}

const wayThere = (vpc: string, to: string) => [
  passed('security group egress', `${vpc}: TCP 80 to 10.2.0.0/16`),
  passed('route', `10.2.0.0/16 by peering FooBar, from the table of ${vpc}/PrivateSubnet1`),
  passed('network ACL', 'the default of both VPCs admits all'),
  passed('security group ingress', `${to}: TCP 80 from 10.3.0.0/16`),
  passed('way back', '10.3.0.0/16 by peering FooBar, from the tables of both zones'),
];

/** A client in VPC bar, an internal load balancer in VPC foo and its two instances; the second one is closed, or both are open. */
export function fooBar(isClosed = true): Report {
  const client = node('instance', 'client', 'FooBar/client/Resource');
  const name = node('name', 'alb.home', 'FooBar/Web/Zone0');
  const alb = node('alb', 'Web', 'FooBar/Web/LoadBalancer/Resource');
  const finding = webIsClosed();
  const paths = ['web1', 'web2'].map(web => {
    const instance = node('instance', web, `FooBar/${web}/Resource`);
    const closed = isClosed && web === 'web2';
    return path(`FooBar/client > FooBar/Web:80 > FooBar/${web}:8080`, 'name', [
      hop(client, name, 'DNS', [passed('private zone', 'alb.home is associated with VPC bar')]),
      hop(name, alb, 'TCP 80', wayThere('Bar', 'Web')),
      hop(alb, instance, 'TCP 8080', [
        passed('zone', 'ap-northeast-1a and ap-northeast-1c are enabled'),
        passed('security group egress', `Web: TCP 8080 to ${web}`),
        closed
          ? failed('security group ingress', 'web2/InstanceSecurityGroup admits nothing on TCP 8080 from Web/SecurityGroup', finding.id)
          : passed('security group ingress', `${web}: TCP 8080 from Web`),
        passed('health check', 'HTTP 8080 / is admitted as the traffic is'),
      ], 'default action'),
    ]);
  });
  return report(paths, isClosed ? [{ ...finding, paths: [paths[1].id] }] : []);
}

export function webIsClosed(): Finding {
  return {
    id: 'ingress-closed FooBar/web2InstanceSecurityGroup1A2B3C4D TCP 8080 from FooBar/WebSecurityGroup5E6F7A8B',
    code: 'ingress-closed',
    severity: 'error',
    stack: 'FooBar',
    logicalId: 'web2InstanceSecurityGroup1A2B3C4D',
    constructPath: 'FooBar/web2/InstanceSecurityGroup/Resource',
    location: 'Properties.SecurityGroupIngress',
    reason: 'The security group of web2 does not admit TCP 8080 from the load balancer Web, so its health checks fail and it gets no requests.',
    fix: {
      text: 'Add to FooBar/web2/InstanceSecurityGroup an ingress rule for TCP 8080 from FooBar/Web/SecurityGroup.',
      patches: [{
        stack: 'FooBar',
        merge: {
          Resources: {
            web2IngressFromWeb: {
              Type: 'AWS::EC2::SecurityGroupIngress',
              Properties: {
                GroupId: { 'Fn::GetAtt': ['web2InstanceSecurityGroup1A2B3C4D', 'GroupId'] },
                IpProtocol: 'tcp',
                FromPort: 8080,
                ToPort: 8080,
                SourceSecurityGroupId: { 'Fn::GetAtt': ['WebSecurityGroup5E6F7A8B', 'GroupId'] },
              },
            },
          },
        },
      }],
    },
    paths: [],
  };
}

const SERVICE_ACL: Finding = {
  id: 'network-acl-return Vpc2/ServiceAcl9C8D7E6F ephemeral ports to 10.2.0.0/24',
  code: 'network-acl-return',
  severity: 'error',
  stack: 'Vpc2',
  logicalId: 'ServiceAcl9C8D7E6F',
  constructPath: 'Vpc2/Service/Acl/Resource',
  location: 'Properties',
  reason: 'The network ACL of the instances lets no answer out: nothing admits TCP 1024-65535 to 10.2.0.0/24, where the Network Load Balancer has its nodes.',
  fix: { text: 'Add to Vpc2/Service/Acl an egress entry that allows TCP 1024-65535 to 10.2.0.0/24.', patches: [] },
  paths: [],
};

const CROSS_ZONE: Finding = {
  id: 'zone-without-target Vpc3/NlbC0FFEE00 ap-northeast-1d',
  code: 'zone-without-target',
  severity: 'warning',
  stack: 'Vpc3',
  logicalId: 'NlbC0FFEE00',
  constructPath: 'Vpc3/Nlb/Resource',
  location: 'Properties.LoadBalancerAttributes',
  reason: 'Cross-zone load balancing is off and ap-northeast-1d has no target: connections through the endpoint in that zone end nowhere.',
  fix: {
    text: "Set 'load_balancing.cross_zone.enabled' of Vpc3/Nlb to true, or run a target in ap-northeast-1d.",
    patches: [{ stack: 'Vpc3', merge: { Resources: { NlbC0FFEE00: { Properties: { LoadBalancerAttributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }] } } } } }],
  },
  paths: [],
};

/** The internet, a hub with a rule a VPC, and PrivateLink to what is there; of three VPCs one is blocked, one unknown. */
export function hub(): Report {
  const internet = node('internet', 'internet');
  const alb = node('alb', 'Hub/Alb', 'Hub/Alb/Resource');
  const toHub = hop(internet, alb, 'HTTP 80', [
    passed('scheme', 'internet-facing'),
    passed('route', '0.0.0.0/0 by the internet gateway, from the tables of both zones'),
    passed('network ACL', 'the default admits all'),
    passed('security group ingress', 'Hub/Alb/SecurityGroup: TCP 80 from 0.0.0.0/0'),
  ]);
  const route = (vpc: string, target: Node, last: Check, priority: number) => {
    const endpoint = node('endpoint', `Endpoint of ${vpc}`, `Hub/Routes/${vpc}/Endpoint/Resource`);
    const service = node('endpoint-service', `${vpc} service`, `${vpc}/Service/Resource`);
    const nlb = node('nlb', `${vpc}/Nlb`, `${vpc}/Nlb/Resource`);
    const pattern = `/${vpc.toLowerCase()}`;
    return path(`internet > Hub/Alb:80 ${pattern} > ${vpc}/Nlb:80 > ${target.label}:80`, 'listener', [
      toHub,
      hop(alb, endpoint, 'TCP 80', [
        passed('zone', 'both zones of the endpoint are enabled on the load balancer'),
        passed('security group egress', `Hub/Alb/SecurityGroup: TCP 80 to ${vpc}/Endpoint/SecurityGroup`),
        passed('security group ingress', `${vpc}/Endpoint/SecurityGroup: TCP 80 from Hub/Alb/SecurityGroup`),
        passed('registration', 'the addresses of the endpoint are registered by Custom::EndpointTargets'),
      ], `rule ${priority}: ${pattern}, ${pattern}/*`),
      hop(endpoint, service, 'TCP 80', [
        passed('acceptance', 'connections are accepted automatically'),
        passed('principal', 'the same account'),
      ]),
      hop(service, nlb, 'TCP 80', [
        passed('listener', 'TCP 80'),
        passed('enforcement', 'inbound rules are not enforced on PrivateLink traffic'),
      ]),
      hop(nlb, target, 'TCP 80', [
        passed('zone', 'the zone of the target is enabled'),
        passed('route', 'local'),
        last,
      ]),
    ]);
  };
  const blocked = [1, 2].map(number => route('Vpc2', node('instance', `web${number}`, `Vpc2/web${number}/Resource`),
    failed('network ACL', 'Vpc2/Service/Acl lets nothing out to 10.2.0.0/24 on TCP 1024-65535', SERVICE_ACL.id), 100));
  const reachable = route('Vpc3', node('auto-scaling-group', 'Fleet', 'Vpc3/Fleet/ASG'),
    passed('security group ingress', 'Vpc3/Fleet: TCP 80 from 10.3.0.0/16'), 110);
  const unknown = route('Vpc4', node('other', 'targets of Legacy', 'Vpc4/Legacy/Resource'),
    open('target', 'Vpc4/Legacy has no targets in the templates: something else registers them'), 120);
  const imported = path('10.99.0.0/16 > Vpc4/Nlb:443', 'security group', [
    hop(node('cidr', '10.99.0.0/16'), node('nlb', 'Vpc4/Nlb', 'Vpc4/Nlb/Resource'), 'TLS 443', [
      open('route', 'the Transit Gateway tgw-0a1b2c3d is not in the templates'),
      passed('security group ingress', 'Vpc4/Nlb: TCP 443 from 10.99.0.0/16'),
    ]),
  ]);
  return report([...blocked, reachable, unknown, imported], [
    { ...CROSS_ZONE, paths: [reachable.id] },
    { ...SERVICE_ACL, paths: blocked.map(({ id }) => id) },
  ]);
}

/** Both, with what is accepted in the first. */
export function mixed(): Report {
  const [first, second] = [fooBar(), hub()];
  return report([...first.paths, ...second.paths], [...first.findings.map(finding => ({ ...finding, accepted: true })), ...second.findings]);
}
