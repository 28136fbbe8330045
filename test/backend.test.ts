import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { App, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { newAutoScalingGroup, newBridgeService, newFargateService, newInstance, newStack, newVpc, only, openings, resources, TOKYO } from './util';
import { Backend, BackendConfig, InterfaceEndpointTarget, InternalAlb, NlbEndpointService } from '../src';

const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

/** A backend with a security group of its own, made in a stack that may not be the load balancer's. */
const BACKENDS: { [name: string]: (scope: Stack, vpc: ec2.IVpc) => { application: Backend; network: Backend; port: string } } = {
  'instances': (scope, vpc) => {
    const backend = Backend.instances([newInstance(scope, 'Web', vpc)], { port: 8080 });
    return { application: backend, network: backend, port: '8080' };
  },
  'Auto Scaling group': (scope, vpc) => {
    const backend = Backend.autoScalingGroup(newAutoScalingGroup(scope, 'Web', vpc), { port: 8080 });
    return { application: backend, network: backend, port: '8080' };
  },
  'ECS service': (scope, vpc) => {
    const backend = Backend.ecsService(newFargateService(scope, 'Web', vpc), { containerName: 'web', containerPort: 8080 });
    return { application: backend, network: backend, port: '8080' };
  },
  'endpoint': (scope, vpc) => {
    const endpoint = new ec2.InterfaceVpcEndpoint(scope, 'Web', {
      vpc,
      service: new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 8080),
      subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      securityGroups: [new ec2.SecurityGroup(scope, 'WebGroup', { vpc, allowAllOutbound: false })],
      open: false,
    });
    const target = new InterfaceEndpointTarget(scope, 'Target', { endpoint });
    return { application: Backend.applicationTargets([target], { port: 8080 }), network: Backend.networkTargets([target], { port: 8080 }), port: '8080' };
  },
};

const CASES = Object.keys(BACKENDS).flatMap(backend => ['ALB', 'NLB'].flatMap(balancer =>
  ['in the same stack', 'in another stack'].map(place => ({ backend, balancer, place }))));

describe('both sides are open, and nothing else, and no stacks depend on each other in a circle', () => {
  test.each(CASES)('$backend behind an $balancer, $place', ({ backend, balancer, place }) => {
    const app = new App();
    const network = newStack('Network', { env: TOKYO }, app);
    const vpc = newVpc(network);
    const front = newStack('Front', { env: TOKYO }, app);
    const back = place === 'in the same stack' ? front : newStack('Back', { env: TOKYO }, app);
    const { application, network: networkBackend, port } = BACKENDS[backend](back, vpc);

    if (balancer === 'NLB') {
      new NlbEndpointService(front, 'Balancer', { vpc, backend: networkBackend });
    } else {
      new InternalAlb(front, 'Balancer', { vpc, backend: application, clients: [ec2.Peer.ipv4('10.9.0.0/16')] });
    }

    expect(() => app.synth()).not.toThrow();
    const stacks = [...new Set([front, back])];
    expect(openings(...stacks).map(line => line.replace(/(Balancer|Web)\w*?Group\w*/g, '$1'))).toEqual([
      ...balancer === 'ALB' ? ['Balancer from 10.9.0.0/16 80'] : [], `Balancer to Web ${port}`, `Web from Balancer ${port}`,
    ]);
    expect(front.dependencies.includes(back) && back.dependencies.includes(front)).toBe(false);
    const { Properties } = only(front, GROUP);
    expect(Properties.TargetType).toBe(backend === 'endpoint' || backend === 'ECS service' ? 'ip' : 'instance');
    // ECS registers each task with its port: the group's own is for show
    expect(Properties.Port).toBe(backend === 'ECS service' ? 80 : 8080);
  });
});

test('an endpoint of another stack is followed by weak references, which let it change', () => {
  const app = new App();
  const [network, front, back] = ['Network', 'Front', 'Back'].map(id => newStack(id, { env: TOKYO }, app));
  const vpc = newVpc(network);
  new NlbEndpointService(front, 'Balancer', { vpc, backend: BACKENDS.endpoint(back, vpc).network });
  const { Properties } = only(front, 'Custom::InterfaceEndpointTarget');
  expect(JSON.stringify(Properties.NetworkInterfaceIds)).toContain('Fn::GetStackOutput');
  const exported = Object.entries<any>(Template.fromStack(back).toJSON().Outputs).filter(([, output]) => output.Export).map(([id]) => id);
  expect(JSON.stringify(Properties.EndpointId)).toContain('Fn::GetStackOutput');
  expect(exported).toEqual([expect.stringContaining('WebGroup')]);
});

describe('a backend', () => {
  test('of containers behind dynamic host ports is opened on all of them', () => {
    const stack = newStack('Stack', { env: TOKYO });
    const vpc = newVpc(stack);
    const { service, group } = newBridgeService(stack, 'Web', vpc);
    const container = { containerName: 'web', containerPort: 8080 };
    expect(() => new NlbEndpointService(stack, 'Closed', { vpc, backend: Backend.ecsService(service, container) })).toThrow(/no security group is known of Stack\/Web/);
    stack.node.tryRemoveChild('Closed');
    new NlbEndpointService(stack, 'Balancer', { vpc, backend: Backend.ecsService(service, { ...container, connectable: group }) });
    expect(only(stack, GROUP).Properties.TargetType).toBe('instance');
    expect(openings(stack)).toContainEqual(expect.stringMatching(/^BalancerSecurityGroup\w+ to WebInstancesInstanceSecurityGroup\w+ 32768-65535$/));
  });

  test('of addresses outside the VPC is registered with zone "all"', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    new NlbEndpointService(stack, 'Balancer', { vpc, backend: Backend.ipAddresses(['192.168.0.9'], { port: 8080, availabilityZone: 'all' }) });
    expect(only(stack, GROUP).Properties.Targets).toEqual([{ Id: '192.168.0.9', Port: 8080, AvailabilityZone: 'all' }]);
    expect(openings(stack)).toEqual([expect.stringMatching(/^BalancerSecurityGroup\w+ to 192\.168\.0\.9\/32 8080$/)]);
  });

  test('of addresses with a security group opens that group', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const connectable = new ec2.SecurityGroup(stack, 'WebGroup', { vpc, allowAllOutbound: false });
    new NlbEndpointService(stack, 'Balancer', { vpc, backend: Backend.ipAddresses(['10.1.2.9'], { port: 8080, connectable }) });
    expect(openings(stack)).toEqual([
      expect.stringMatching(/^BalancerSecurityGroup\w+ to WebGroup\w+ 8080$/), expect.stringMatching(/^WebGroup\w+ from BalancerSecurityGroup\w+ 8080$/),
    ]);
  });

  test('can be brought by the user', () => {
    class Addresses extends Backend {
      public bind(_scope: Construct): BackendConfig {
        return {
          targetType: elbv2.TargetType.IP,
          port: 9000,
          connectables: [ec2.Peer.ipv4('10.1.9.0/24')],
          networkTargets: [{ attachToNetworkTargetGroup: () => ({ targetType: elbv2.TargetType.IP, targetJson: { id: '10.1.9.9', port: 9000 } }) }],
          healthCheck: { protocol: elbv2.Protocol.HTTP, path: '/alive' },
        };
      }
    }
    const stack = newStack();
    new NlbEndpointService(stack, 'Balancer', { vpc: newVpc(stack), backend: new Addresses() });
    expect(only(stack, GROUP).Properties).toEqual(expect.objectContaining({ Port: 9000, HealthCheckPath: '/alive', Targets: [{ Id: '10.1.9.9', Port: 9000 }] }));
    expect(openings(stack)).toEqual([expect.stringMatching(/ to 10\.1\.9\.0\/24 9000$/)]);
  });

  test('of instances names each in the target group', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    new NlbEndpointService(stack, 'Balancer', { vpc, backend: Backend.instances([newInstance(stack, 'A', vpc), newInstance(stack, 'B', vpc)], { port: 80 }) });
    expect(only(stack, GROUP).Properties.Targets).toEqual(Object.keys(resources(stack, 'AWS::EC2::Instance')).map(id => ({ Id: { Ref: id }, Port: 80 })));
  });
});
