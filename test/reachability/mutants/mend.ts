import { Patch, Report, TemplateSource } from '../../../src/reachability/contract';

/** RFC 7396. */
export function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) { return patch; }
  const merged: { [name: string]: unknown } = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) { delete merged[name]; } else { merged[name] = merge(merged[name], value); }
  }
  return merged;
}

export function patched(sources: readonly TemplateSource[], patches: readonly Patch[]): TemplateSource[] {
  return sources.map(source => {
    const own = patches.filter(({ stack }) => stack === source.stack);
    return { ...source, body: own.reduce<unknown>((body, patch) => merge(body, patch.merge), source.body) };
  });
}

const ROUNDS = 4;

/** Checks and does what the findings say, until they say nothing more. */
export function mend(sources: readonly TemplateSource[], first: Report, again: (sources: readonly TemplateSource[]) => Report): Report {
  let [report, mended] = [first, sources];
  for (let round = 0; round < ROUNDS; round++) {
    const patches = report.findings.filter(({ severity }) => severity === 'error').flatMap(({ fix }) => fix.patches);
    if (patches.length === 0) { break; }
    mended = patched(mended, patches);
    report = again(mended);
  }
  return report;
}
