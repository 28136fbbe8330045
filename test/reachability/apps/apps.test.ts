import { App } from 'aws-cdk-lib';
import { apiGateways } from './api-gateways';
import { clientsAndNames } from './clients-and-names';
import { ecsServices } from './ecs';
import { ecsPatterns } from './ecs-patterns';
import { endpoints } from './endpoints';
import { groupsAndAddresses } from './groups-and-addresses';
import { imports } from './imports';
import { instances } from './instances';
import { neighbours } from './neighbours';
import { networkLoadBalancers } from './network-load-balancers';
import { ownConstructs } from './own-constructs';
import { routing } from './routing';
import { rules } from './rules';
import { sharing } from './sharing';
import { stacks } from './stacks';
import { alarms, doubts, leads, outline, sourcesOf, WorkingApp, WorkingApps } from './working-app';
import { check } from '../../../src/reachability/check';

const SUBJECTS: { readonly [subject: string]: WorkingApps } = {
  'ecs-patterns': ecsPatterns,
  'ECS': ecsServices,
  'instances': instances,
  'NLB': networkLoadBalancers,
  'rules': rules,
  'clients and names': clientsAndNames,
  'endpoints': endpoints,
  'API Gateway': apiGateways,
  'imports': imports,
  'stacks': stacks,
  'routing': routing,
  'neighbours': neighbours,
  'groups and addresses': groupsAndAddresses,
  'sharing': sharing,
  'own constructs': ownConstructs,
};

const apps = Object.entries(SUBJECTS).flatMap(([subject, of]) => Object.entries(of).map(([sentence, app]): [string, WorkingApp] => [`${subject}: ${sentence}`, app]));

test.each(apps)('no alarm for %s', (_, { build, context, reaches = [], unknown = [] }) => {
  // what the CDK's command line sets: construct paths, and where the templates of nested stacks are
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true, ...context }, analyticsReporting: false });
  build(app);
  const report = check(sourcesOf(app));
  const said = doubts(report);
  expect({
    alarms: alarms(report),
    unreached: reaches.filter(stations => !leads(report, stations)).flatMap(stations => [stations, ...outline(report)]),
    unexpected: said.filter(doubt => !unknown.some(pattern => pattern.test(doubt))),
    unsaid: unknown.filter(pattern => !said.some(doubt => pattern.test(doubt))).map(String),
  }).toEqual({ alarms: [], unreached: [], unexpected: [], unsaid: [] });
});

test('at least fifty apps that work are checked', () => {
  expect(apps.length).toBeGreaterThanOrEqual(50);
});
