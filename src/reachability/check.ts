import { Path, Report, TemplateSource, Verdict } from './contract';
import { Network } from './model/network';
import { Trace } from './walk/trace';
import { Walker } from './walk/walker';

/** Walks every path that the templates promise. */
export function check(sources: readonly TemplateSource[]): Report {
  const trace = new Trace();
  const walker = new Walker(new Network(sources), trace);
  walker.walk();
  return report(trace);
}

function report(trace: Trace): Report {
  const { paths } = trace;
  const findings = trace.findings();
  const count = (verdict: Verdict) => paths.filter((path: Path) => path.verdict === verdict).length;
  return {
    version: '1',
    summary: { reachable: count('reachable'), blocked: count('blocked'), unknown: count('unknown'), findings: findings.length, accepted: 0 },
    paths,
    findings,
  };
}
