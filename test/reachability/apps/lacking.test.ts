import { lackingNetworks } from './lacking/network';
import { lackingOthers } from './lacking/others';
import { lackingSecurityGroups } from './lacking/security-groups';
import { lackingTargets } from './lacking/targets';
import { condition, Lacking, template } from './lacking/template';
import { whole } from './lacking/whole';
import { alarms, doubts, leads, outline } from './working-app';
import { check } from '../../../src/reachability/check';

const lacking = Object.entries({ ...lackingTargets, ...lackingSecurityGroups, ...lackingNetworks, ...lackingOthers });

test('with nothing missing, everything is known', () => {
  const report = check([{ stack: 'Stack', body: template() }]);
  expect({ alarms: alarms(report), doubts: doubts(report) }).toEqual({ alarms: [], doubts: [] });
  expect(outline(report)).not.toEqual([]);
  expect(leads(report, 'Client > alb > Server')).toBe(true);
});

test.each<[string, Lacking]>(lacking)('%s: unknown, and no alarm', (_, { change, unknown, besides, beside = [] }) => {
  const body = template();
  change(body);
  const report = check([{ stack: 'Stack', body: JSON.parse(JSON.stringify(body)) }, ...beside]);
  const said = doubts(report);
  expect({
    alarms: alarms(report),
    unexpected: said.filter(doubt => !unknown.test(doubt) && !besides?.test(doubt)),
    said: said.some(doubt => unknown.test(doubt)),
    unknown: report.paths.some(({ verdict }) => verdict === 'unknown') || outline(report),
  }).toEqual({ alarms: [], unexpected: [], said: true, unknown: true });
});

test.each(['Listener', 'Server', 'AlbGroup'])('%s by a condition works where it exists', logicalId => {
  const body = template();
  body.Resources[logicalId].Condition = condition(body, 'Wanted');
  const report = check([{ stack: 'Stack', body }]);
  expect(alarms(report)).toEqual([]);
  expect(report.paths.map(({ verdict }) => verdict)).not.toContain('blocked');
});

test.each(Object.entries(whole))('%s: all is told', (_, change) => {
  const body = template();
  change(body);
  const report = check([{ stack: 'Stack', body: JSON.parse(JSON.stringify(body)) }]);
  expect({ alarms: alarms(report), doubts: doubts(report), paths: report.paths.length > 0 }).toEqual({ alarms: [], doubts: [], paths: true });
});
