import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { App, Stack } from 'aws-cdk-lib/core';
import { newStack, newVpc, only, openings, resources, TOKYO } from './util';
import { AlbToPrivateLinkTargets, Backend, IEndpointService, NlbEndpointService } from '../src';

const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';

function provider(app: App, id: string, env = TOKYO): NlbEndpointService {
  const stack = newStack(id, { env }, app);
  return new NlbEndpointService(stack, 'Service', { vpc: newVpc(stack, 'Vpc', '10.2.0.0/16'), backend: Backend.ipAddresses(['10.2.0.9'], { port: 80 }) });
}

describe('a provider in one stack and a hub in another', () => {
  test('the hub depends on the provider, never the other way round: consumers are deleted first', () => {
    const app = new App();
    const service = provider(app, 'Provider');
    const platform = newStack('Platform', { env: TOKYO }, app);
    new AlbToPrivateLinkTargets(platform, 'Hub', { vpc: newVpc(platform), routes: { a: { paths: ['/a'], service, priority: 100 } } });
    app.synth();
    expect(platform.dependencies).toEqual([Stack.of(service)]);
    expect(Stack.of(service).dependencies).toEqual([]);
  });

  test('in another account the service is known by its name, and no stack of the app depends on another', () => {
    const app = new App();
    const platform = newStack('Platform', { env: TOKYO }, app);
    const service = NlbEndpointService.fromEndpointServiceAttributes(platform, 'Orders', {
      endpointServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', port: 8443, availabilityZones: ['ap-northeast-1c'],
    });
    jest.spyOn(platform, 'availabilityZones', 'get').mockReturnValue(['ap-northeast-1a', 'ap-northeast-1c']);
    new AlbToPrivateLinkTargets(platform, 'Hub', { vpc: newVpc(platform), routes: { orders: { paths: ['/orders'], service, priority: 100 } } });
    expect(only(platform, ENDPOINT).Properties).toEqual(expect.objectContaining({
      ServiceName: 'com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', SubnetIds: [{ Ref: expect.stringContaining('PrivateSubnet2') }],
    }));
    expect(only(platform, GROUP).Properties.Protocol).toBe('HTTPS');
    expect(platform.dependencies).toEqual([]);
  });
});

describe('a team with routes in its own stack, on the listener of the platform', () => {
  function teamOn(makeListener: (app: App) => { vpc: ec2.IVpc; listener: elbv2.IApplicationListener; platform: Stack }) {
    const app = new App();
    const { vpc, listener, platform } = makeListener(app);
    const team = newStack('Team', { env: TOKYO }, app);
    const hub = new AlbToPrivateLinkTargets(team, 'Routes', {
      vpc, listener, routes: { orders: { paths: ['/orders'], service: provider(app, 'Provider'), priority: 300 } },
    });
    return { app, platform, team, hub, vpc };
  }

  const ofTheApp = (app: App) => {
    const platform = newStack('Platform', { env: TOKYO }, app);
    const vpc = newVpc(platform);
    const { listener } = new AlbToPrivateLinkTargets(platform, 'Hub', { vpc, clients: [ec2.Peer.ipv4('10.0.0.0/8')] });
    return { vpc, listener, platform };
  };

  const imported = (app: App) => {
    const platform = newStack('Platform', { env: TOKYO }, app);
    const team = newStack('Imports', { env: TOKYO }, app);
    const vpc = newVpc(platform);
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(team, 'Listener', {
      listenerArn: 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:listener/app/hub/0123456789abcdef/0123456789abcdef',
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(team, 'Group', 'sg-0123456789abcdef0', { allowAllOutbound: false }),
    });
    return { vpc, listener, platform };
  };

  test.each([['of the app', ofTheApp], ['imported', imported]])('%s: rule, target group, endpoint and registration are the team\'s, and so are the openings', (_, listener) => {
    const { app, platform, team } = teamOn(listener);
    app.synth();
    for (const type of [RULE, GROUP, ENDPOINT, 'Custom::InterfaceEndpointTarget']) {
      expect(Object.keys(resources(team, type))).toHaveLength(1);
      expect(Object.keys(resources(platform, type))).toHaveLength(0);
    }
    expect(platform.dependencies).not.toContain(team);
    const lines = openings(team).map(line => line.replace(/HubSecurityGroup\w+|sg-0123456789abcdef0/, 'ALB').replace(/RoutesEndpointSecurityGroup\w*/, 'endpoints'));
    expect(lines.sort()).toEqual(['ALB to endpoints 80', 'endpoints from ALB 80']);
  });

  test('until the team is deployed, nothing leaves the platform\'s load balancer', () => {
    const { platform } = teamOn(ofTheApp);
    const [group] = Object.values(resources(platform, 'AWS::EC2::SecurityGroup'));
    expect(group.Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '255.255.255.255/32', IpProtocol: 'icmp' })]);
    expect(openings(platform)).toEqual([expect.stringMatching(/^HubSecurityGroup\w+ from 10\.0\.0\.0\/8 80$/)]);
  });

  test('the load balancer is not the team\'s to ask for', () => {
    const { hub } = teamOn(ofTheApp);
    expect(() => hub.loadBalancer).toThrow("Team/Routes: 'loadBalancer' is not known: the hub was given a 'listener'. Ask the construct that made the listener.");
  });

  test('two teams in one place of the listener are an error at synth', () => {
    const { app, hub, vpc } = teamOn(ofTheApp);
    const other = newStack('OtherTeam', { env: TOKYO }, app);
    const { listener } = hub;
    new AlbToPrivateLinkTargets(other, 'Routes', {
      vpc, listener, routes: { cart: { paths: ['/cart'], service: provider(app, 'OtherProvider'), priority: 300 } },
    });
    expect(() => app.synth()).toThrow(/route 'orders' has the priority 300, which OtherTeam\/Routes\/Rule300\/Resource has on the same listener/);
  });
});

describe('moving a service to another stack', () => {
  /** The hub's template with the route leading to the given service. */
  function hubTemplate(pick: (services: { old: IEndpointService; new: IEndpointService }) => IEndpointService, trial = true): { [id: string]: any } {
    const app = new App();
    const services = { old: provider(app, 'OldProvider'), new: provider(app, 'NewProvider') };
    const platform = newStack('Platform', { env: TOKYO }, app);
    const hub = new AlbToPrivateLinkTargets(platform, 'Hub', {
      vpc: newVpc(platform), routes: { orders: { paths: ['/orders'], service: pick(services), priority: 100 } },
    });
    if (trial) { hub.addRoute('ordersNext', { hosts: ['next.example.com'], service: services.new, priority: 90 }); }
    return Template.fromStack(platform).toJSON().Resources;
  }

  test('add beside, switch, remove: no step takes away what serves, and the rule moves in place', () => {
    const steps = [hubTemplate(s => s.old, false), hubTemplate(s => s.old), hubTemplate(s => s.new), hubTemplate(s => s.new, false)];
    const made = (from: number) => Object.keys(steps[from + 1]).filter(id => !steps[from][id]).map(id => steps[from + 1][id].Type).sort();
    const gone = (from: number) => Object.keys(steps[from]).filter(id => !steps[from + 1][id]).map(id => steps[from][id].Type).sort();
    const route = ['AWS::EC2::VPCEndpoint', RULE, GROUP, 'Custom::InterfaceEndpointTarget'].sort();
    const rules = Object.keys(steps[1]).filter(id => steps[1][id].Type === RULE);
    const changedRules = rules.filter(id => JSON.stringify(steps[1][id]) !== JSON.stringify(steps[2][id]));
    const groupOf = (step: number, name: RegExp) => steps[step][rules.find(id => name.test(id))!].Properties.Actions[0].TargetGroupArn.Ref;

    // the new service beside the old one, tried under another host name
    expect([made(0), gone(0)]).toEqual([route, []]);
    // the path moves in place, to the group that the trial has filled; the old endpoint goes after it
    expect(changedRules).toContainEqual(expect.stringMatching(/^HubRule100/));
    expect(groupOf(2, /^HubRule100/)).toBe(groupOf(1, /^HubRule90/));
    expect(gone(1)).toEqual([ENDPOINT, GROUP, 'Custom::InterfaceEndpointTarget'].sort());
    // the trial goes
    expect(gone(2)).toEqual([RULE, GROUP, 'Custom::InterfaceEndpointTarget'].sort());
    expect(made(2)).toEqual([]);
  });
});
