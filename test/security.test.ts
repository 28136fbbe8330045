import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib/core';
import { appOf, GALLERY } from './gallery';
import { Resource, resources } from './util';

const ROOT = join(__dirname, '..');
const LIST = 'CdkAlbPrivatelinkRegistrar';
const arnOf = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${LIST}${id}[0-9A-F]{8}$`)), 'Arn'] });
const inRegion = { StringEquals: { 'aws:RequestedRegion': 'ap-northeast-1' } };
const changeTargets = [
  'elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags',
];
const allow = (Action: string | string[], on: unknown, Condition?: unknown) => ({ Action, ...Condition ? { Condition } : {}, Effect: 'Allow', Resource: on });

/** All that the function may do for registrations, drains and gates. */
const FUNCTION = [
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('LogGroup')),
  allow([
    'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcEndpoints', 'ec2:DescribeInstances', 'ec2:DescribeInternetGateways', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs',
    'elasticloadbalancing:DescribeTags', 'elasticloadbalancing:DescribeTargetGroupAttributes', 'elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth',
  ], '*', inRegion),
  allow('cloudformation:DescribeStacks', { Ref: 'AWS::StackId' }),
  allow(changeTargets, '*', {
    'StringEquals': { 'aws:ResourceTag/cdk-alb-privatelink:stack': { Ref: 'AWS::StackId' } },
    'ForAllValues:StringLike': { 'aws:TagKeys': ['cdk-alb-privatelink:targets:*', 'cdk-alb-privatelink:drained:*'] },
  }),
];

/** All that the framework of the CDK may do. */
const FRAMEWORK = [
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('FrameworkLogGroup')),
  allow('lambda:InvokeFunction', [arnOf('Function'), { 'Fn::Join': ['', [arnOf('Function'), ':*']] }]),
  allow('lambda:GetFunction', arnOf('Function')),
];

const REPAIR = allow('cloudformation:ListStackResources', { Ref: 'AWS::StackId' });

const PRIVATE_DNS = [
  allow('ec2:StartVpcEndpointServicePrivateDnsVerification', {
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:ap-northeast-1:111111111111:vpc-endpoint-service/', { Ref: expect.stringMatching(/^ServiceEndpointService/) }]],
  }),
  allow('ec2:DescribeVpcEndpointServiceConfigurations', '*', inRegion),
];

const IMPORTED_GROUP = allow(changeTargets, 'arn:aws:elasticloadbalancing:ap-northeast-1:111111111111:targetgroup/orders/0123456789abcdef', {
  'ForAllValues:StringLike': { 'aws:TagKeys': 'cdk-alb-privatelink:targets:*' },
});

/** The statements of all policies of a role, in order. */
function rightsOf(stack: Stack, role: string): unknown[] {
  return Object.values(resources(stack, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => new RegExp(`^${LIST}${role}[0-9A-F]{8}$`).test(Ref)))
    .sort((a, b) => Number(b.Properties.PolicyName.startsWith(LIST)) - Number(a.Properties.PolicyName.startsWith(LIST)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

const everything = (type: string): Resource[] => Object.keys(GALLERY).flatMap(name => Object.values(resources(appOf(name).stack, type)));

describe('statement by statement', () => {
  test.each<[string, unknown[]]>([
    ['an AlbToPrivateLinkTargets', FUNCTION],
    ['an InterfaceEndpointTarget', [...FUNCTION, IMPORTED_GROUP]],
    ['a TargetHealthGate', FUNCTION],
    ['constructs with every prop', [...FUNCTION, REPAIR, ...PRIVATE_DNS]],
  ])('the function of %s may do this and nothing else', (name, rights) => {
    const { stack } = appOf(name);
    expect(rightsOf(stack, 'Role')).toEqual(rights);
  });

  test.each(['an AlbToPrivateLinkTargets', 'constructs with every prop'])('the framework of %s may invoke the function and nothing else', name => {
    const { stack } = appOf(name);
    expect(rightsOf(stack, 'FrameworkRole')).toEqual(FRAMEWORK);
  });

  test('all roles are for Lambda only, without managed policies, and no construct makes others', () => {
    for (const name of Object.keys(GALLERY).filter(one => !one.includes('example'))) {
      for (const [id, { Properties }] of Object.entries(resources(appOf(name).stack, 'AWS::IAM::Role'))) {
        expect(id).toMatch(new RegExp(`^(${LIST}(Framework)?|ServiceAcceptor)Role[0-9A-F]{8}$`));
        expect(Properties).toEqual({
          AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }], Version: '2012-10-17' },
        });
      }
    }
  });

  test('only the schedule of the repair may invoke the function from outside of the stack', () => {
    expect(everything('AWS::Lambda::Permission').map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes(LIST))).toEqual([{
      Action: 'lambda:InvokeFunction',
      FunctionName: arnOf('Function'),
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf('RepairRule'),
    }]);
    expect(everything('AWS::Lambda::Url')).toEqual([]);
  });
});

describe('what is kept', () => {
  test('access logs lie in buckets that are encrypted, closed to the public, and take TLS only', () => {
    const buckets = everything('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const { Properties } of buckets) {
      expect(Properties).toEqual({
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      });
    }
    const statements = everything('AWS::S3::BucketPolicy').map(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements).toHaveLength(2);
    for (const both of statements) {
      expect(both).toEqual([
        expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({ Effect: 'Allow', Action: 's3:PutObject', Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' } }),
      ]);
    }
  });

  test('logs of the function end after a month', () => {
    const groups = everything('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.map(({ Properties }) => Properties)).toEqual(groups.map(() => ({ RetentionInDays: 30 })));
  });

  test('no queue is made, and no topic but the one that was given', () => {
    expect(everything('AWS::SQS::Queue')).toEqual([]);
    expect(everything('AWS::SNS::Topic')).toHaveLength(1);
  });

  test('a topic takes messages of PrivateLink for this account only', () => {
    expect(everything('AWS::SNS::TopicPolicy').map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([[
      expect.objectContaining({ Action: 'sns:Publish', Principal: { Service: 'vpce.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } }),
    ]]);
  });

  test('the function has no variables in which something secret could stand', () => {
    const functions = everything('AWS::Lambda::Function').filter(({ Properties }) => /custom resources|Registers/.test(Properties.Description ?? ''));
    expect(functions.length).toBeGreaterThan(0);
    expect(functions.map(({ Properties }) => Properties.Environment)).toEqual(functions.map(() => undefined));
  });
});

describe('the page of threats', () => {
  const page = readFileSync(join(ROOT, 'docs', 'threats.md'), 'utf8');
  const titles = [...page.matchAll(/^Shown by: (.*)$/gm)].flatMap(([, line]) => [...line.matchAll(/“([^”]+)”/g)].map(([, title]) => title));
  const sources = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.test.ts'))
    .map(file => readFileSync(join(ROOT, 'test', file), 'utf8').replace(/\\'/g, '\'')).join('\n');

  test('says of each threat what is at stake, what protects, what is left to you, and which test shows it', () => {
    const threats = page.split(/^## /m).slice(1);
    expect(threats.length).toBeGreaterThanOrEqual(10);
    for (const threat of threats) {
      expect(threat.match(/^(At stake|Protects|Left to you|Shown by):/gm)).toEqual(['At stake:', 'Protects:', 'Left to you:', 'Shown by:']);
    }
  });

  test('names tests that exist', () => {
    expect(titles.length).toBeGreaterThanOrEqual(10);
    expect(titles.filter(title => !sources.includes(`'${title}'`))).toEqual([]);
  });
});
