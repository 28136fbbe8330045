import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as targets from 'aws-cdk-lib/aws-elasticloadbalancingv2-targets';
import { App, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { checked, codes, connected, EGRESS, idle, INGRESS, newApp, plain, Plain, PlainStack, removeFolders, synth } from './plain-app';
import { ReachabilityChecks, ReachabilityDestination, ReachabilityMode, ReachabilitySource } from '../../src';
import { newInstance, newVpc, TOKYO } from '../util';

afterAll(removeFolders);

describe('a dead path', () => {
  test('fails the synthesis', () => {
    const app = newApp();
    new PlainStack(app);
    const { failure } = checked(app);
    expect(failure).toContain('No outbound rule of Plain/Alb/SecurityGroup lets TCP 8080 out to Plain/Web.');
    expect(failure).toContain('No inbound rule of Plain/WebGroup lets TCP 8080 in from Plain/Alb.');
  });

  test('is in the report of the CDK with its code, its place and its fix', () => {
    const app = newApp();
    new PlainStack(app);
    const { violations, conclusion } = checked(app);
    expect(conclusion).toBe('failure');
    const [egress] = violations.filter(({ ruleName }) => ruleName === EGRESS);
    expect(egress).toMatchObject({
      description: 'No outbound rule of Plain/Alb/SecurityGroup lets TCP 8080 out to Plain/Web.',
      suggestedFix: expect.stringContaining('Add an outbound rule to the security group Plain/Alb/SecurityGroup: TCP 8080 to the security group Plain/WebGroup.'),
      severity: 'error',
      violatingConstructs: [{
        constructPath: 'Plain/Alb/SecurityGroup/Resource',
        cloudFormationResource: { templatePath: 'Plain.template.json', propertyPaths: ['Properties.SecurityGroupEgress'] },
      }],
    });
  });

  test('is reported with the number of paths that it blocks', () => {
    const app = newApp();
    new PlainStack(app);
    expect(checked(app).violations.map(({ ruleMetadata }) => ruleMetadata)).toEqual([{ paths: '1' }, { paths: '1' }]);
  });

  test('is found in the code of the user, where the CDK records that', () => {
    const app = newApp({ '@aws-cdk/core:disableStackTrace': false });
    new PlainStack(app);
    const [{ violatingConstructs: [{ stackTraces }] }] = checked(app).violations;
    expect(stackTraces?.join()).toContain('reachability-checks.test.ts');
  });

  test('that the printed fix mends fails nothing any more', () => {
    const app = newApp();
    connected(new PlainStack(app).parts);
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [], printed: '' });
  });

  test('does not fail an app without the plugin', () => {
    const app = newApp();
    new PlainStack(app);
    expect(synth(app)).toMatchObject({ failure: undefined, printed: '' });
  });
});

describe('the mode WARN', () => {
  test('lets the synthesis pass and prints warnings', () => {
    const app = newApp();
    new PlainStack(app);
    const synthesis = checked(app, { mode: ReachabilityMode.WARN });
    expect(synthesis).toMatchObject({ failure: undefined, conclusion: 'success' });
    expect(codes(synthesis).sort()).toEqual([`warning ${EGRESS}`, `warning ${INGRESS}`]);
    expect(synthesis.printed).toContain('No inbound rule of Plain/WebGroup lets TCP 8080 in from Plain/Alb.');
  });

  test('is not the default', () => {
    const app = newApp();
    new PlainStack(app);
    expect(codes(checked(app)).sort()).toEqual([`error ${EGRESS}`, `error ${INGRESS}`]);
  });
});

describe('what only surprises', () => {
  test('is a warning that fails nothing', () => {
    const app = newApp();
    const { parts } = new PlainStack(app);
    connected(parts);
    idle(parts);
    const synthesis = checked(app);
    expect(synthesis.failure).toBeUndefined();
    expect(codes(synthesis)).toEqual(['warning TargetGroupUnused']);
  });

  test('stays a warning beside errors', () => {
    const app = newApp();
    idle(new PlainStack(app).parts);
    expect(codes(checked(app)).sort()).toEqual([`error ${EGRESS}`, `error ${INGRESS}`, 'warning TargetGroupUnused']);
  });
});

describe('acknowledging', () => {
  const acknowledgeAll = (scope: Construct, reason = 'a migration is under way') => Validations.of(scope)
    .acknowledge({ id: `cdk-alb-privatelink::${EGRESS}`, reason }, { id: `cdk-alb-privatelink::${INGRESS}`, reason });

  test.each<[string, (stack: PlainStack, app: App) => Construct[]]>([
    ['on the constructs', ({ node, parts }) => [parts.alb, node.findChild('WebGroup') as Construct]],
    ['on the stack', stack => [stack]],
    ['on the app', (_, app) => [app]],
  ])('%s lets the synthesis pass', (_, scopes) => {
    const app = newApp();
    const stack = new PlainStack(app);
    for (const scope of scopes(stack, app)) { acknowledgeAll(scope); }
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });

  test('is written down in the report of the CDK', () => {
    const app = newApp();
    acknowledgeAll(new PlainStack(app), 'the tickets say why');
    const { outdir } = checked(app);
    expect(readFileSync(join(outdir, 'validation-report.json'), 'utf8')).toContain('the tickets say why');
  });

  test('of one finding leaves the other', () => {
    const app = newApp();
    const stack = new PlainStack(app);
    Validations.of(stack).acknowledge({ id: `cdk-alb-privatelink::${EGRESS}`, reason: 'later' });
    const synthesis = checked(app);
    expect(codes(synthesis)).toEqual([`error ${INGRESS}`]);
    expect(synthesis.failure).toBeDefined();
  });

  test('on another construct changes nothing', () => {
    const app = newApp();
    const stack = new PlainStack(app);
    acknowledgeAll(stack.parts.vpc);
    expect(codes(checked(app))).toHaveLength(2);
  });

  test('of another rule changes nothing', () => {
    const app = newApp();
    Validations.of(new PlainStack(app)).acknowledge({ id: 'cdk-alb-privatelink::Route', reason: 'another' });
    expect(codes(checked(app))).toHaveLength(2);
  });

  test('of all errors lets the synthesis pass although a warning is left', () => {
    const app = newApp();
    const stack = new PlainStack(app);
    idle(stack.parts);
    acknowledgeAll(stack);
    const synthesis = checked(app);
    expect(codes(synthesis)).toEqual(['warning TargetGroupUnused']);
    expect(synthesis.failure).toBeUndefined();
  });
});

describe('several stacks', () => {
  /** A load balancer in one stack, its instance in another. */
  function apart(app: App): { alb: elbv2.ApplicationLoadBalancer; instance: ec2.Instance; listener: elbv2.ApplicationListener } {
    const front = new Stack(app, 'Front', { env: TOKYO });
    const back = new Stack(app, 'Back', { env: TOKYO });
    const vpc = newVpc(back, 'Vpc', '10.1.0.0/16', ['ap-northeast-1a', 'ap-northeast-1c']);
    const instance = newInstance(back, 'Web', vpc);
    const alb = new elbv2.ApplicationLoadBalancer(front, 'Alb', { vpc, internetFacing: true });
    const listener = alb.addListener('Http', { port: 80 });
    listener.addTargets('Web', { port: 8080, protocol: elbv2.ApplicationProtocol.HTTP, targets: [new targets.InstanceTarget(instance, 8080)] });
    return { alb, instance, listener };
  }

  test.each(['strong', 'weak'])('that refer to each other with %s references are walked as one network', strength => {
    const app = newApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
    const { alb, instance } = apart(app);
    // in the stack of the load balancer: a rule in that of the instance would make a circle
    new ec2.CfnSecurityGroupIngress(Stack.of(alb), 'FromAlb', {
      groupId: instance.connections.securityGroups[0].securityGroupId,
      ipProtocol: 'tcp',
      fromPort: 8080,
      toPort: 8080,
      sourceSecurityGroupId: alb.connections.securityGroups[0].securityGroupId,
    });
    const synthesis = checked(app);
    expect(synthesis.violations.map(({ ruleName, violatingConstructs: [{ constructPath }] }) => [ruleName, constructPath]))
      .toEqual([[EGRESS, 'Front/Alb/SecurityGroup/Resource']]);
  });

  test.each(['strong', 'weak'])('are alive with the rules of both, over %s references', strength => {
    const app = newApp({ '@aws-cdk/core:defaultCrossStackReferences': strength });
    const { alb, instance } = apart(app);
    alb.connections.allowTo(ec2.SecurityGroup.fromSecurityGroupId(Stack.of(alb), 'WebGroup', instance.connections.securityGroups[0].securityGroupId), ec2.Port.tcp(8080));
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });

  test('name the template of each finding', () => {
    const app = newApp();
    new PlainStack(app, 'One');
    new PlainStack(app, 'Two');
    const places = checked(app).violations.map(({ violatingConstructs: [{ cloudFormationResource: { templatePath } }] }) => templatePath);
    expect([...new Set(places)].sort()).toEqual(['One.template.json', 'Two.template.json']);
  });
});

describe('a nested stack', () => {
  test('is checked with the stack around it, and its findings name its constructs', () => {
    const app = newApp();
    const stack = new Stack(app, 'Outer', { env: TOKYO });
    plain(new NestedStack(stack, 'Inner'), stack);
    const places = checked(app).violations.map(({ ruleName, violatingConstructs: [{ constructPath }] }) => [ruleName, constructPath]).sort();
    expect(places).toEqual([[EGRESS, 'Outer/Inner/Alb/SecurityGroup/Resource'], [INGRESS, 'Outer/WebGroup/Resource']]);
  });

  test('can be named by a statement', () => {
    const app = newApp();
    const stack = new Stack(app, 'Outer', { env: TOKYO });
    const { alb, instance } = plain(new NestedStack(stack, 'Inner'), stack);
    connected({ alb, instance } as Plain);
    const synthesis = checked(app, { forbid: [{ source: ReachabilitySource.internet(), destination: ReachabilityDestination.loadBalancer(alb) }] });
    expect(codes(synthesis)).toEqual(['error ForbiddenPath']);
    expect(synthesis.violations[0].violatingConstructs[0].constructPath).toBe('Outer/Inner/Alb/Resource');
  });
});

describe('a stage', () => {
  test('is checked when the plugin is given to the app', () => {
    const app = newApp();
    new PlainStack(new Stage(app, 'Prod'));
    const synthesis = checked(app);
    expect(synthesis.violations.map(({ violatingConstructs: [{ constructPath }] }) => constructPath).sort())
      .toEqual(['Prod/Plain/Alb/SecurityGroup/Resource', 'Prod/Plain/WebGroup/Resource']);
  });

  test('is checked alone when the plugin is given to it', () => {
    const app = newApp();
    const [prod, test] = [new Stage(app, 'Prod'), new Stage(app, 'Test')];
    new PlainStack(prod);
    new PlainStack(test);
    Validations.of(prod).addPlugins(new ReachabilityChecks());
    const paths = synth(app).violations.map(({ violatingConstructs: [{ constructPath }] }) => constructPath.split('/')[0]);
    expect([...new Set(paths)]).toEqual(['Prod']);
  });

  test('of the same stacks as another does not mix with it', () => {
    const app = newApp();
    connected(new PlainStack(new Stage(app, 'Prod')).parts);
    connected(new PlainStack(new Stage(app, 'Test')).parts);
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });

  test('can be named by a statement', () => {
    const app = newApp();
    new PlainStack(new Stage(app, 'Test'));
    const { parts } = new PlainStack(new Stage(app, 'Prod'));
    const forbid = [{ source: ReachabilitySource.internet(), destination: ReachabilityDestination.loadBalancer(parts.alb) }];
    const found = checked(app, { forbid }).violations.filter(({ ruleName }) => ruleName === 'ForbiddenPath');
    expect(found.map(({ violatingConstructs: [{ constructPath }] }) => constructPath)).toEqual(['Prod/Plain/Alb/Resource']);
  });

  test('acknowledges for all its stacks', () => {
    const app = newApp();
    const prod = new Stage(app, 'Prod');
    new PlainStack(prod);
    Validations.of(prod).acknowledge({ id: `cdk-alb-privatelink::${EGRESS}`, reason: 'later' }, { id: `cdk-alb-privatelink::${INGRESS}`, reason: 'later' });
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });
});

describe('the plugin', () => {
  test('has the name that acknowledgments use, and a version', () => {
    const checks = new ReachabilityChecks();
    expect([checks.name, checks.version]).toEqual(['cdk-alb-privatelink', expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });

  test('can be used for two apps of one process', () => {
    const checks = new ReachabilityChecks();
    const failures = [false, true, false].map(alive => {
      const app = newApp();
      const { parts } = new PlainStack(app);
      if (alive) { connected(parts); }
      Validations.of(app).addPlugins(checks);
      return synth(app).failure !== undefined;
    });
    expect(failures).toEqual([true, false, true]);
  });

  test('takes an app without any stack, and a stack without any resource', () => {
    expect(checked(newApp())).toMatchObject({ failure: undefined });
    const app = newApp();
    new Stack(app, 'Empty');
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });

  test('checks what the environment does not tell', () => {
    const app = newApp();
    const stack = new Stack(app, 'Anywhere');
    connected(plain(stack));
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });

  test('judges nothing while look-ups of the network are pending', () => {
    const app = newApp();
    const stack = new PlainStack(app);
    ec2.Vpc.fromLookup(stack, 'LookedUp', { vpcName: 'somewhere' });
    expect(checked(app)).toMatchObject({ failure: undefined, violations: [] });
  });

  test('judges all the same while other look-ups are pending', () => {
    const app = newApp();
    const stack = new PlainStack(app);
    ec2.MachineImage.lookup({ name: 'image' }).getImage(stack);
    expect(checked(app).failure).toBeDefined();
  });
});
