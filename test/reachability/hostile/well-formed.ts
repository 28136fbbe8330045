import { Report, TemplateSource } from '../../../src/reachability/contract';

/** What is wrong with a report, whatever the templates were. */
export function flaws({ summary, paths, findings, costs }: Report, sources: readonly TemplateSource[]): string[] {
  const of = (verdict: string) => paths.filter(path => path.verdict === verdict).length;
  const blocked = (id: string) => findings.some(finding => finding.id === id);
  const checks = paths.flatMap(path => path.hops.flatMap(hop => hop.checks));
  const flaw = (wrong: boolean, words: string) => wrong ? [words] : [];
  return [
    ...flaw(summary.reachable !== of('reachable') || summary.blocked !== of('blocked') || summary.unknown !== of('unknown') || summary.findings !== findings.length, 'the summary counts something else'),
    ...flaw(new Set(paths.map(({ id }) => id)).size !== paths.length, 'two paths have one id'),
    ...flaw(new Set(findings.map(({ id }) => id)).size !== findings.length, 'two findings have one id'),
    ...checks.filter(({ verdict, finding }) => (verdict === 'blocked') !== (finding !== undefined && blocked(finding))).map(({ detail }) => `blocked without a finding, or a finding that blocks nothing: ${detail}`),
    ...findings.flatMap(({ id, stack, fix, paths: ids }) => [
      ...flaw(!sources.some(source => source.stack === stack), `${id}: its stack is none of the templates`),
      ...flaw(fix.patches.some(patch => !sources.some(source => source.stack === patch.stack)), `${id}: a patch for a stack that is none of the templates`),
      ...flaw(ids.some(one => !paths.some(path => path.id === one && path.verdict === 'blocked')), `${id}: blocks a path that is not blocked`),
    ]),
    ...checks.filter(({ detail }) => /undefined|\[object|NaN/.test(detail)).map(({ detail }) => `words that nobody reads: ${detail}`),
    ...costs.billed.filter(({ atLeast, atMost = Infinity, parts }) => !(atLeast >= 0 && atLeast <= atMost && parts.length > 0)).map(({ what }) => `a quantity that cannot be: ${what}`),
    ...costs.billed.flatMap(({ what, notes }) => [what, ...notes]).filter(words => /undefined|\[object|NaN/.test(words)).map(words => `words that nobody reads: ${words}`),
    ...findings.filter(({ reason, fix }) => /undefined|\[object|NaN/.test(`${reason} ${fix.text}`)).map(({ reason, fix }) => `words that nobody reads: ${reason} ${fix.text}`),
  ];
}
