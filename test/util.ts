import { Template } from 'aws-cdk-lib/assertions';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { App, Stack, StackProps } from 'aws-cdk-lib/core';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly DependsOn?: string[];
}

/** An environment that is known at synth. */
export const TOKYO = { account: '111111111111', region: 'ap-northeast-1' };

export function newStack(id = 'Stack', props: StackProps = {}, app = new App()): Stack {
  return new Stack(app, id, props);
}

/** A VPC with two public and two private subnets; nothing is looked up. */
export function newVpc(scope: Stack, id = 'Vpc', cidr = '10.1.0.0/16', zones?: string[]): ec2.Vpc {
  return new ec2.Vpc(scope, id, {
    ipAddresses: ec2.IpAddresses.cidr(cidr),
    natGateways: 0,
    ...zones ? { availabilityZones: zones } : { maxAzs: 2 },
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
  });
}

export function newInstance(scope: Stack, id: string, vpc: ec2.IVpc): ec2.Instance {
  return new ec2.Instance(scope, id, {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    instanceType: new ec2.InstanceType('t3.micro'),
    machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0', 'us-east-1': 'ami-0123456789abcdef0' }, {}),
    securityGroup: new ec2.SecurityGroup(scope, `${id}Group`, { vpc, allowAllOutbound: false }),
  });
}

/** A service with one container, `web`, on port 8080. */
export function newFargateService(scope: Stack, id: string, vpc: ec2.IVpc): ecs.FargateService {
  const taskDefinition = new ecs.FargateTaskDefinition(scope, `${id}Task`);
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), portMappings: [{ containerPort: 8080 }] });
  return new ecs.FargateService(scope, id, {
    cluster: new ecs.Cluster(scope, `${id}Cluster`, { vpc }),
    taskDefinition,
    minHealthyPercent: 100,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroups: [new ec2.SecurityGroup(scope, `${id}Group`, { vpc, allowAllOutbound: false })],
  });
}

/** A service in network mode bridge with one container, `web`, on port 8080, and the instances that it runs on. */
export function newBridgeService(
  scope: Stack, id: string, vpc: ec2.IVpc, hostPort?: number,
): { service: ecs.Ec2Service; group: autoscaling.AutoScalingGroup } {
  const cluster = new ecs.Cluster(scope, `${id}Cluster`, { vpc });
  const group = new autoscaling.AutoScalingGroup(scope, `${id}Instances`, {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    instanceType: new ec2.InstanceType('t3.micro'),
    machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
  });
  cluster.addAsgCapacityProvider(new ecs.AsgCapacityProvider(scope, `${id}Capacity`, { autoScalingGroup: group }));
  const taskDefinition = new ecs.Ec2TaskDefinition(scope, `${id}Task`, { networkMode: ecs.NetworkMode.BRIDGE });
  const portMappings = [{ containerPort: 8080, hostPort }];
  taskDefinition.addContainer('web', { image: ecs.ContainerImage.fromRegistry('httpd'), memoryLimitMiB: 128, portMappings });
  return { service: new ecs.Ec2Service(scope, id, { cluster, taskDefinition, minHealthyPercent: 100 }), group };
}

export function newAutoScalingGroup(scope: Stack, id: string, vpc: ec2.IVpc): autoscaling.AutoScalingGroup {
  return new autoscaling.AutoScalingGroup(scope, id, {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    launchTemplate: new ec2.LaunchTemplate(scope, `${id}Template`, {
      instanceType: new ec2.InstanceType('t3.micro'),
      machineImage: ec2.MachineImage.genericLinux({ 'ap-northeast-1': 'ami-0123456789abcdef0' }),
      securityGroup: new ec2.SecurityGroup(scope, `${id}Group`, { vpc, allowAllOutbound: false }),
      userData: ec2.UserData.forLinux(),
    }),
  });
}

export function newFunction(scope: Stack, id: string): lambda.Function {
  const code = lambda.Code.fromInline('exports.handler = async () => ({});');
  return new lambda.Function(scope, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code });
}

/** The resources of a stack, of one type if given, by logical id. An error where they depend on each other in a circle. */
export function resources(stack: Stack, type?: string): { [logicalId: string]: Resource } {
  const all: { [logicalId: string]: Resource } = Template.fromStack(stack).toJSON().Resources ?? {};
  return type === undefined ? all : Object.fromEntries(Object.entries(all).filter(([, resource]) => resource.Type === type));
}

/** The one resource of a type, with its logical id. */
export function only(stack: Stack, type: string): Resource & { readonly id: string } {
  const found = Object.entries(resources(stack, type));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return { id: found[0][0], ...found[0][1] };
}

/** Every rule of every security group of the given stacks, inline or not, as `group direction peer ports`; the stoppers that stand for "nothing" left out. */
export function openings(...stacks: Stack[]): string[] {
  const found: string[] = [];
  for (const stack of stacks) {
    for (const [id, { Type, Properties: properties }] of Object.entries(resources(stack))) {
      if (Type === 'AWS::EC2::SecurityGroup') {
        for (const rule of properties.SecurityGroupIngress ?? []) { found.push(`${id} from ${peerOf(rule)} ${portsOf(rule)}`); }
        for (const rule of properties.SecurityGroupEgress ?? []) {
          if (rule.CidrIp !== '255.255.255.255/32') { found.push(`${id} to ${peerOf(rule)} ${portsOf(rule)}`); }
        }
      } else if (Type === 'AWS::EC2::SecurityGroupIngress') {
        found.push(`${nameOf(properties.GroupId)} from ${peerOf(properties)} ${portsOf(properties)}`);
      } else if (Type === 'AWS::EC2::SecurityGroupEgress') {
        found.push(`${nameOf(properties.GroupId)} to ${peerOf(properties)} ${portsOf(properties)}`);
      }
    }
  }
  return found.sort();
}

/** Only the logical id's beginning, without the hash, so that expectations can be read. */
export function nameOf(value: any): string {
  if (typeof value === 'string') { return value; }
  const name: string = value.Ref ?? value['Fn::GetAtt']?.[0] ?? value['Fn::ImportValue'] ?? JSON.stringify(value);
  return name.replace(/^.*:ExportsOutputFnGetAtt/, '').replace(/GroupId[0-9A-F]{8}$/, '');
}

function peerOf(rule: any): string {
  const block = rule.CidrIp ?? rule.CidrIpv6;
  return block === undefined ? nameOf(rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId) : leavesOf(block).join('.');
}

/** What a value is made of, without the names of functions. */
function leavesOf(value: any): string[] {
  return typeof value === 'object' ? Object.values(value).flatMap(leavesOf) : [`${value}`];
}

function portsOf(rule: any): string {
  return rule.FromPort === rule.ToPort ? `${rule.FromPort}` : `${rule.FromPort}-${rule.ToPort}`;
}
