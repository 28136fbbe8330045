import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../../scripts/compat/accepted';
import { requireTag, versionFrom } from '../../scripts/compat/baseline';
import { templateChanges } from '../../scripts/compat/template-changes';

const ALB = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

function template(Resources: object, Outputs: object = {}): any {
  return { Resources, Outputs };
}

function keys(before: object, after: object): string[] {
  return templateChanges('app/Stack', template(before), template(after)).disruptive.map(({ key }) => key);
}

describe('an update deletes, replaces or fails', () => {
  test('when a resource is gone', () => {
    const { disruptive } = templateChanges('app/Stack', template({ Alb: { Type: ALB } }), template({}));
    expect(disruptive).toEqual([{ key: 'logical-id:app/Stack/Alb', message: `${ALB} is gone: CloudFormation deletes it` }]);
  });

  test('when a resource has another logical id, of which the message tells', () => {
    const { disruptive, others } = templateChanges('app/Stack', template({ Alb: { Type: ALB } }), template({ FrontDoor: { Type: ALB }, Group: { Type: GROUP } }));
    expect(disruptive).toEqual([{ key: 'logical-id:app/Stack/Alb', message: `${ALB} is gone: CloudFormation makes a new one (FrontDoor) and deletes it` }]);
    expect(others).toEqual([`FrontDoor: ${ALB} is new`, `Group: ${GROUP} is new`]);
  });

  test('when a resource that is retained is gone: it stays behind', () => {
    const { disruptive: [{ message }] } = templateChanges('app/Stack', template({ Logs: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' } }), template({}));
    expect(message).toBe('AWS::S3::Bucket is gone: CloudFormation leaves it behind, outside the stack');
  });

  test('when a logical id has another type', () => {
    expect(keys({ Alb: { Type: ALB } }, { Alb: { Type: GROUP } })).toEqual(['resource-type:app/Stack/Alb']);
  });

  test.each([
    ['the scheme of a load balancer', ALB, 'Scheme', 'internal', 'internet-facing'],
    ['the port of a target group', GROUP, 'Port', 80, 8080],
    ['the protocol of a target group', GROUP, 'Protocol', 'HTTP', 'HTTPS'],
    ['the service of an endpoint', 'AWS::EC2::VPCEndpoint', 'ServiceName', 'a', 'b'],
    ['the VPC of a peering', 'AWS::EC2::VPCPeeringConnection', 'PeerVpcId', 'vpc-1', 'vpc-2'],
  ])('when %s is another', (_, Type, property, old, now) => {
    expect(keys({ One: { Type, Properties: { [property]: old } } }, { One: { Type, Properties: { [property]: now } } })).toEqual([`replacement:app/Stack/One.${property}`]);
  });

  test('when a property is another that may replace it, by what is in it', () => {
    const instance = (UserData: string) => template({ Web: { Type: 'AWS::EC2::Instance', Properties: { UserData } } });
    expect(templateChanges('app/Stack', instance('a'), instance('b')).disruptive).toEqual([
      { key: 'replacement:app/Stack/Web.UserData', message: 'AWS::EC2::Instance: another UserData, for which CloudFormation may replace it' },
    ]);
  });

  test('when what replaces a resource is the replacement of another', () => {
    const stack = (Port: number) => ({
      Group: { Type: GROUP, Properties: { Port } },
      Registered: { Type: 'AWS::EC2::VPCEndpoint', Properties: { ServiceName: { Ref: 'Group' } } },
    });
    expect(keys(stack(80), stack(81))).toEqual(['replacement:app/Stack/Group.Port', 'replacement:app/Stack/Registered.ServiceName']);
  });

  test('when a custom resource has another function', () => {
    const custom = (ServiceToken: string) => ({ Registration: { Type: 'Custom::Registration', Properties: { ServiceToken } } });
    expect(keys(custom('a'), custom('b'))).toEqual(['replacement:app/Stack/Registration.ServiceToken']);
  });

  test('when an export is gone', () => {
    const before = template({}, { Service: { Value: 'x', Export: { Name: 'Stack:Service' } }, Plain: { Value: 'y' } });
    const { disruptive } = templateChanges('app/Stack', before, template({}, { Service: { Value: 'x', Export: { Name: 'Stack:Other' } } }));
    expect(disruptive.map(({ key }) => key)).toEqual(['export:app/Stack/Stack:Service']);
  });

  test('when a stack is gone', () => {
    expect(templateChanges('app/Stack', template({ Alb: { Type: ALB } }), undefined).disruptive.map(({ key }) => key)).toEqual(['stack:app/Stack']);
  });
});

describe('an update keeps what exists', () => {
  test('when nothing is different', () => {
    const same = template({ Alb: { Type: ALB, Properties: { Scheme: 'internal' } } });
    expect(templateChanges('app/Stack', same, same)).toEqual({ disruptive: [], others: [] });
  });

  test('when properties change in place, which is told', () => {
    const group = (seconds: number) => template({ Group: { Type: GROUP, Properties: { HealthCheckIntervalSeconds: seconds } } });
    expect(templateChanges('app/Stack', group(5), group(10))).toEqual({
      disruptive: [],
      others: [`Group: ${GROUP} is updated in place (HealthCheckIntervalSeconds)`],
    });
  });

  test('when only metadata or the order of dependencies is different', () => {
    const alb = (path: string, ...DependsOn: string[]) => template({ Alb: { Type: ALB, DependsOn, Metadata: { 'aws:cdk:path': path } } });
    expect(templateChanges('app/Stack', alb('a', 'X', 'Y'), alb('b', 'Y', 'X'))).toEqual({ disruptive: [], others: [] });
  });
});

describe('.compatignore', () => {
  const change = (key: string) => ({ key, message: '' });

  test('accepts what it names, and nothing else', () => {
    const { refused, accepted } = judge([change('logical-id:a/S/One'), change('logical-id:a/S/OneMore')], 'logical-id:a/S/One\n');
    expect([refused, accepted]).toEqual([[change('logical-id:a/S/OneMore')], [change('logical-id:a/S/One')]]);
  });

  test('accepts nothing in a comment', () => {
    expect(judge([change('export:a/S/X')], '# export:a/S/X').refused).toHaveLength(1);
  });

  test('has its idle entries told, but not those of jsii-diff', () => {
    expect(judge([], 'export:a/S/X\nremoved:cdk-alb-privatelink.Backend\n').idle).toEqual(['export:a/S/X']);
  });
});

describe('the last release', () => {
  test('is what npm answers', () => expect(versionFrom('"1.2.3"', '')).toBe('1.2.3'));

  test('does not exist when npm does not know the package', () => {
    expect(versionFrom('{"error":{"code":"E404","summary":"Not Found"}}', 'npm error code E404')).toBeUndefined();
  });

  test('is not known when the registry does not answer', () => {
    expect(() => versionFrom('{"error":{"code":"ECONNREFUSED","summary":"connect ECONNREFUSED"}}', '')).toThrow('npm told no version: ECONNREFUSED connect ECONNREFUSED');
    expect(() => versionFrom('', 'npm error network')).toThrow('npm told no version: npm error network');
  });

  test('needs the tag of the state that it was built from', () => {
    const repository = mkdtempSync(join(tmpdir(), 'tags-'));
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: repository });
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'first');
    git('tag', 'v1.0.0');
    expect(() => requireTag('v1.0.0', repository)).not.toThrow();
    expect(() => requireTag('v1.0.1', repository)).toThrow('1.0.1 is on npm, and v1.0.1 is no tag here. Fetch the tags');
    rmSync(repository, { recursive: true });
  });
});
