import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { transpileModule } from 'typescript';
import { newFargateService, newFunction, newInstance, newStack, newVpc, openings, resources, TOKYO } from './util';
import * as library from '../src';

const SNIPPETS = [...readFileSync(join(__dirname, '..', 'README.md'), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code);

/** What a snippet may name, as its reader imports it. */
const NAMES = { ...cdk, ...library, acm, actions, apigateway, ec2, ecs, elbv2, iam, lambda, route53, s3, sns };

/** What the snippets take as given, `declare const vpc: ec2.Vpc` for instance, made for real. VPCs have addresses of their own each. */
class Given {
  private readonly made = new Map<string, ec2.Vpc>();

  private readonly makers = {
    'App': () => this.app(),
    'ec2.Vpc': (name: string) => this.vpc(name),
    'ec2.Instance': (name: string) => newInstance(this.stack, name, this.vpc('vpc')),
    'ec2.InterfaceVpcEndpoint': (name: string) => this.vpc('vpc').addInterfaceEndpoint(name, { service: ec2.InterfaceVpcEndpointAwsService.S3, open: false }),
    'ec2.CfnTransitGateway': (name: string) => new ec2.CfnTransitGateway(this.stack, name),
    'ecs.FargateService': (name: string) => newFargateService(this.stack, name, this.vpc('vpc')),
    'lambda.Function': (name: string) => newFunction(this.stack, name),
    'acm.Certificate': (name: string) => new acm.Certificate(this.stack, name, { domainName: 'web.corp.example.com' }),
    'route53.PrivateHostedZone': (name: string) => new route53.PrivateHostedZone(this.stack, name, { zoneName: 'corp.example.com', vpc: this.vpc('vpc') }),
    'route53.PublicHostedZone': (name: string) => new route53.PublicHostedZone(this.stack, name, { zoneName: 'example.com' }),
    'sns.Topic': (name: string) => new sns.Topic(this.stack, name),
    's3.Bucket': (name: string) => new s3.Bucket(this.stack, name),
    'apigateway.RestApi': (name: string) => {
      const api = new apigateway.RestApi(this.stack, name);
      api.root.addMethod('GET');
      return api;
    },
    'elbv2.ApplicationListener': (name: string) => this.web(name).listener,
    'elbv2.ApplicationTargetGroup': (name: string) =>
      new elbv2.ApplicationTargetGroup(this.stack, name, { vpc: this.vpc('vpc'), port: 80, targetType: elbv2.TargetType.IP }),
    'elbv2.IApplicationListener': (name: string) => this.web(name).listener,
    'InternalAlb': (name: string) => this.web(name),
    'VpcPeering': (name: string) => new library.VpcPeering(this.stack, name, { vpc: this.vpc('foo'), peerVpc: this.vpc('bar') }),
    'NlbEndpointService': (name: string) => new library.NlbEndpointService(this.stack, name, {
      vpc: this.vpc('vpc2'), backend: library.Backend.ipAddresses(['10.2.2.9'], { port: 80 }),
    }),
    'AlbToPrivateLinkTargets': (name: string) => this.hub(name),
  };

  constructor(private readonly stack: cdk.Stack) {}

  public make(name: string, type: string): unknown {
    const maker = (this.makers as { [type: string]: (name: string) => unknown })[type];
    if (!maker) { throw new Error(`The README takes ${name}: ${type} as given, which this test cannot make`); }
    return maker(name);
  }

  /** With something in it to look at. */
  private app(): cdk.App {
    this.web('other');
    return this.stack.node.root as cdk.App;
  }

  private web(name: string): library.InternalAlb {
    return new library.InternalAlb(this.stack, `${name}Alb`, { vpc: this.vpc('vpc'), backend: library.Backend.instances([newInstance(this.stack, `${name}Web`, this.vpc('vpc'))], { port: 80 }) });
  }

  /** With a route to look at. */
  private hub(name: string): library.AlbToPrivateLinkTargets {
    const service = new ec2.InterfaceVpcEndpointService('com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0', 80);
    return new library.AlbToPrivateLinkTargets(this.stack, name, { vpc: this.vpc('vpc'), routes: { given: { paths: ['/given'], service, priority: 900 } } });
  }

  private vpc(name: string): ec2.Vpc {
    const vpc = this.made.get(name) ?? newVpc(this.stack, name, `10.${this.made.size + 1}.0.0/16`);
    this.made.set(name, vpc);
    return vpc;
  }
}

/** Runs a snippet as its reader would, in the constructor of a stack. */
function run(snippet: string): cdk.Stack {
  const stack = newStack('Stack', { env: TOKYO });
  const given = new Given(stack);
  const code = snippet.replace(/^declare const (\w+): ([\w.]+);/gm, (_, name, type) => `const ${name} = given.make('${name}', '${type}');`);
  const { outputText } = transpileModule(code, { compilerOptions: { target: 9 /* ES2022 */ } });
  new Function('given', ...Object.keys(NAMES), outputText).call(stack, given, ...Object.values(NAMES));
  (stack.node.root as cdk.App).synth();
  return stack;
}

const titleOf = (snippet: string) => snippet.split('\n').find(line => /new |addRoute/.test(line) && !line.startsWith('declare'))?.trim() ?? snippet.split('\n')[0];
const snippetWith = (text: string) => SNIPPETS.find(snippet => snippet.includes(text))!;

describe('each snippet of the README synthesizes:', () => {
  test.each(SNIPPETS.map((snippet, index): [number, string, string] => [index + 1, titleOf(snippet), snippet]))('%i. %s', (_number, _title, snippet) => {
    expect(Object.keys(resources(run(snippet))).length).toBeGreaterThan(0);
  });
});

describe('the README puts', () => {
  test('an ECS service and a function behind one load balancer, on different paths', () => {
    const stack = run(snippetWith('hooks: lambda.Function'));
    const groups = Object.values(resources(stack, 'AWS::ElasticLoadBalancingV2::TargetGroup')).map(({ Properties }) => Properties.TargetType);
    expect(groups.sort()).toEqual(['ip', 'lambda']);
    const [rule] = Object.values(resources(stack, 'AWS::ElasticLoadBalancingV2::ListenerRule'));
    expect(rule.Properties.Conditions).toEqual([{ Field: 'path-pattern', PathPatternConfig: { Values: ['/hooks', '/hooks/*'] } }]);
    expect(rule.Properties.Transforms[0].UrlRewriteConfig.Rewrites).toEqual([{ Regex: '^/hooks/?', Replace: '/' }]);
  });

  test('a load balancer within reach of a Transit Gateway and a VPN, with a way back from each of its subnets', () => {
    const stack = run(snippetWith('CfnTransitGateway'));
    expect(openings(stack).filter(rule => / from \d/.test(rule))).toEqual([expect.stringMatching(/ from 172\.16\.0\.0\/12 80$/), expect.stringMatching(/ from 192\.168\.0\.0\/16 80$/)]);
    const ways = Object.values(resources(stack, 'AWS::EC2::Route')).filter(({ Properties }) => Properties.TransitGatewayId);
    const [attachment] = Object.keys(resources(stack, 'AWS::EC2::TransitGatewayAttachment'));
    const [balancer] = Object.values(resources(stack, 'AWS::ElasticLoadBalancingV2::LoadBalancer'));
    const subnets: string[] = balancer.Properties.Subnets.map((subnet: any) => subnet.Ref.replace(/Subnet[0-9A-F]{8}$/, ''));
    expect(ways.map(({ Properties }) => `${Properties.RouteTableId.Ref.replace(/RouteTable\w+$/, '')} ${Properties.DestinationCidrBlock}`)).toEqual(
      subnets.flatMap(subnet => [`${subnet} 172.16.0.0/12`, `${subnet} 192.168.0.0/16`]));
    for (const { DependsOn } of ways) { expect(DependsOn).toEqual([attachment]); }
  });

  test('an internal load balancer behind a Network Load Balancer, so that PrivateLink reaches it', () => {
    const stack = run(snippetWith('Backend.applicationLoadBalancer(web.listener)'));
    const [group] = Object.values(resources(stack, 'AWS::ElasticLoadBalancingV2::TargetGroup')).filter(({ Properties }) => Properties.TargetType === 'alb');
    expect(group.Properties).toMatchObject({ Port: 80, Protocol: 'TCP', Targets: [{ Id: { Ref: expect.stringMatching(/^webAlb/) }, Port: 80 }] });
    expect(openings(stack)).toEqual(expect.arrayContaining([expect.stringMatching(/^PublishedSecurityGroup\w+ to webAlb\w+ 80$/), expect.stringMatching(/^webAlb\w+ from PublishedSecurityGroup\w+ 80$/)]));
  });
});
