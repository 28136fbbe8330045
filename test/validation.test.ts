process.env.CDK_VALIDATION = 'true';

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource } from 'aws-cdk-lib/core';
import { Preflight } from 'cdk-preflight';
import { Construct } from 'constructs';
import { appOf, GALLERY } from './gallery';
import { newInstance, newStack, newVpc, TOKYO } from './util';
import * as library from '../src';

/** What CloudFormation's own validator, which the CDK brings, and the rules of cdk-preflight for it find in the templates of an app. */
function findings(app: App): string[] {
  jest.spyOn(console, 'error').mockImplementation();
  Preflight.apply(app, { strict: true });
  try {
    app.synth();
  } catch (error) {
    if (!`${error}`.startsWith('ValidationFailed')) { throw error; }
  }
  const file = join(app.outdir, 'validation-report.json');
  const { pluginReports }: { pluginReports: any[] } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { pluginReports: [] };
  return pluginReports.filter(report => ['CloudFormation Validate', 'cdk-preflight'].includes(report.pluginName))
    .flatMap(report => report.violations.map((violation: any) => `${violation.ruleName} ${violation.description}`));
}

test('the validator finds what is wrong', () => {
  const app = new App();
  new CfnResource(newStack('Stack', {}, app), 'Group', { type: 'AWS::ElasticLoadBalancingV2::TargetGroup', properties: { Port: 'eighty' } });
  expect(findings(app)).toContainEqual(expect.stringContaining("'eighty' is not of type 'integer'"));
});

test('the rules of cdk-preflight find what is wrong', () => {
  const app = new App();
  new CfnResource(newStack('Stack', {}, app), 'Alb', {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    properties: { Subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'], LoadBalancerAttributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '5000' }] },
  });
  expect(findings(app)).toContainEqual(expect.stringContaining('idle_timeout.timeout_seconds is 5000'));
});

test('every construct of the library is in the gallery', () => {
  const constructs = (Object.values(library) as (new (...args: any[]) => unknown)[]).filter(value => typeof value === 'function' && value.prototype instanceof Construct);
  const shown = Object.keys(GALLERY).flatMap(name => appOf(name).app.node.findAll());
  expect(constructs.length).toBeGreaterThanOrEqual(6);
  expect(constructs.filter(one => !shown.some(construct => construct instanceof one)).map(({ name }) => name)).toEqual([]);
});

// W3010: the CDK writes out the zones of the environment
test.each(Object.keys(GALLERY))('it finds nothing in %s', name => {
  expect(findings(appOf(name).app).filter(finding => !finding.startsWith('W3010'))).toEqual([]);
});

test('it finds nothing in paths of Reachability Analyzer', () => {
  const app = new App();
  const stack = newStack('Stack', { env: TOKYO }, app);
  const vpc = newVpc(stack);
  const web = new library.InternalAlb(stack, 'Web', { vpc, backend: library.Backend.instances([newInstance(stack, 'Instance', vpc)], { port: 80 }) });
  web.verifyWithReachabilityAnalyzer('Verify', { source: library.AnalyzerSource.instance(newInstance(stack, 'Client', vpc)) });
  // W9010: the instances of the test have an image; F6101: the output is a boolean, which the README tells how to acknowledge
  expect(findings(app).filter(finding => !/^(W3010|W9010|F6101 .*NetworkPathFound)/.test(finding))).toEqual([]);
});
