import { costsOf } from './billing/costs';
import { Costs, Path, Report, Statement, TemplateSource, Verdict } from './contract';
import { Network } from './model/network';
import { Statements } from './walk/statements';
import { Trace } from './walk/trace';
import { Walker } from './walk/walker';

export interface CheckOptions {
  /** Paths that must be there. */
  readonly expect?: readonly Statement[];
  /** Paths that must not. */
  readonly forbid?: readonly Statement[];
}

/** Walks every path that the templates promise, and those that statements speak of. */
export function check(sources: readonly TemplateSource[], options: CheckOptions = {}): Report {
  const network = new Network(sources);
  const trace = new Trace(network.handedOut);
  const walker = new Walker(network, trace);
  walker.walk();
  const statements = new Statements(walker);
  options.expect?.forEach(statement => statements.expect(statement));
  options.forbid?.forEach(statement => statements.forbid(statement));
  return report(trace, costsOf(network.stacks));
}

function report(trace: Trace, costs: Costs): Report {
  const { paths } = trace;
  const findings = trace.findings();
  const count = (verdict: Verdict) => paths.filter((path: Path) => path.verdict === verdict).length;
  return {
    version: '1',
    summary: { reachable: count('reachable'), blocked: count('blocked'), unknown: count('unknown'), findings: findings.length, accepted: 0 },
    paths,
    findings,
    costs,
  };
}
