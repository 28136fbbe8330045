import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { document, Verdicts } from './document';
import { EXAMPLES } from './examples';
import { mutants } from './generator';
import { Judge, Judgement } from './judge';
import { JUSTIFICATIONS, justify, kindOf } from './justifications';
import { check } from '../../../src/reachability/check';

const DOCUMENT = join(__dirname, '../../../docs/reachability-mutants.md');

const titles = new Map<Judgement, string | undefined>();
const verdicts = Object.entries(EXAMPLES).map(([example, { sources, options }]): Verdicts => {
  const judge = new Judge(sources, options);
  const judgements = mutants(sources).map(mutant => judge.judge(mutant));
  for (const judgement of judgements.filter(({ outcome }) => outcome === 'survived' || outcome === 'open')) { titles.set(judgement, justify(judgement.mutant, judge)); }
  return { example, judgements };
});
const all = verdicts.flatMap(({ judgements }) => judgements);

test.each(Object.entries(EXAMPLES))('%s is reachable as a whole', (_, { sources, options }) => {
  const { summary, findings } = check(sources, options);
  expect({ ...summary, reachable: summary.reachable > 0, findings }).toEqual({ reachable: true, blocked: 0, unknown: 0, findings: [], accepted: 0 });
});

test.each(verdicts.map((one): [string, Verdicts] => [one.example, one]))('what is found of each mutant of %s is where it was cut, and its fix mends it', (_, { judgements }) => {
  expect(judgements.filter(({ outcome }) => outcome === 'wrong').map(({ mutant, detail }) => `${mutant.id}: ${detail}`)).toEqual([]);
});

test.each([
  'SecurityGroupIngress', 'SecurityGroup SecurityGroupIngress.N', 'SecurityGroupEgress', 'VPCPeeringConnection', 'TargetGroup', 'Listener', 'LoadBalancer', 'VPCEndpointService', 'HostedZone', 'RecordSet',
  'SecurityGroup', 'InternetGateway', 'Subnet', 'VPC', 'RouteTable', 'ListenerRule', 'Custom::InterfaceEndpointTarget',
])('each mutant without a %s that a path leads over is found', kind => {
  const of = all.filter(({ mutant }) => kindOf(mutant) === kind);
  expect(of.length).toBeGreaterThan(0);
  expect(of.filter(one => !['killed', 'decided'].includes(one.outcome) && titles.get(one) !== 'Nothing on a path').map(({ mutant, detail }) => `${mutant.id}: ${detail}`)).toEqual([]);
});

test('each mutant of which nothing is found is justified', () => {
  expect([...titles].filter(([, title]) => title === undefined).map(([{ mutant, detail }]) => `${mutant.id}: ${detail}`)).toEqual([]);
});

test('each justification is for some mutant, and so is each kind that it names', () => {
  const unused = Object.entries(JUSTIFICATIONS).flatMap(([title, { kinds = [/./] }]) => {
    const of = [...titles].filter(([, one]) => one === title).map(([{ mutant }]) => kindOf(mutant));
    return kinds.filter(kind => !of.some(one => kind.test(one))).map(kind => `${title}: ${kind}`);
  });
  expect(unused).toEqual([]);
});

test('the page about mutants says what is so', () => {
  const page = document(verdicts, judgement => titles.get(judgement));
  if (process.env.UPDATE_MUTANTS) { writeFileSync(DOCUMENT, page); }
  expect(readFileSync(DOCUMENT, 'utf8')).toBe(page);
});
