import { Finding, Report } from './contract';

/** A finding that is accepted today. */
export interface Accepted {
  /** The id of the finding. */
  readonly id: string;
  /** Why it is accepted, for whoever reads the file. */
  readonly reason?: string;
}

/** The findings that a team knows of and lives with for now. */
export interface Baseline {
  readonly version: '1';
  readonly accepted: readonly Accepted[];
}

/** Reads a baseline file; throws where it is not one. */
export function readBaseline(text: string): Baseline {
  const file = parse(text);
  if (!isObject(file)) { throw new Error(`A baseline must be an object, got: ${show(file)}. ${EXAMPLE}`); }
  only('The baseline', file, ['version', 'accepted']);
  if (file.version !== '1') { throw new Error(`'version' must be '1', got: ${show(file.version)}. Write the baseline anew, or update what reads it.`); }
  if (!Array.isArray(file.accepted)) { throw new Error(`'accepted' must be a list, got: ${show(file.accepted)}. ${EXAMPLE}`); }
  return { version: '1', accepted: file.accepted.map(entry) };
}

/** Marks the findings that a baseline accepts. Paths keep their verdicts: what is accepted is still blocked. */
export function applyBaseline(report: Report, baseline: Baseline): Report {
  const ids = new Set(baseline.accepted.map(({ id }) => id));
  const findings = report.findings.map(finding => ids.has(finding.id) ? { ...finding, accepted: true } : finding);
  for (const { id } of findings) { ids.delete(id); }
  return {
    ...report,
    summary: { ...report.summary, accepted: findings.filter(finding => finding.accepted).length },
    findings,
    stale: [...ids].sort(),
  };
}

/** A baseline that accepts every finding of a report, errors and warnings; the reasons of an earlier one stay. */
export function writeBaseline(report: Report, earlier?: Baseline): string {
  const reasons = new Map(earlier?.accepted.map(({ id, reason }) => [id, reason]));
  const ids = [...new Set(report.findings.map(({ id }) => id))].sort();
  const baseline: Baseline = { version: '1', accepted: ids.map(id => ({ id, reason: reasons.get(id) })) };
  return `${JSON.stringify(baseline, undefined, 2)}\n`;
}

/** What a build fails for: the errors that nobody has accepted. */
export function failing(report: Report): Finding[] {
  return report.findings.filter(finding => finding.severity === 'error' && !finding.accepted);
}

const EXAMPLE = 'It looks like { "version": "1", "accepted": [{ "id": "…", "reason": "…" }] }, with the ids of the JSON report.';

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`A baseline must be JSON, got: ${show(text)} (${(error as Error).message}). ${EXAMPLE}`);
  }
}

function entry(value: unknown, index: number): Accepted {
  const name = `'accepted[${index}]'`;
  if (!isObject(value)) { throw new Error(`${name} must be an object with an 'id', got: ${show(value)}. ${EXAMPLE}`); }
  only(name, value, ['id', 'reason']);
  const { id, reason } = value;
  if (typeof id !== 'string' || id === '') { throw new Error(`'id' of ${name} must be the id of a finding, got: ${show(id)}. ${EXAMPLE}`); }
  if (reason === undefined) { return { id }; }
  if (typeof reason !== 'string') { throw new Error(`'reason' of ${name} must be a text, got: ${show(reason)}. Leave it out or say why it is accepted.`); }
  return { id, reason };
}

function only(name: string, value: object, allowed: string[]): void {
  const other = Object.keys(value).find(key => !allowed.includes(key));
  if (other !== undefined) {
    throw new Error(`${name} must have ${allowed.map(key => `'${key}'`).join(' and ')} only, got: ${show(other)}. Remove it or correct its name.`);
  }
}

function isObject(value: unknown): value is { [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in an error: short, whatever it is. */
function show(value: unknown): string {
  if (value === undefined) { return 'nothing'; }
  if (Array.isArray(value)) { return 'a list'; }
  if (isObject(value)) { return 'an object'; }
  if (typeof value !== 'string') { return value === null ? 'null' : `a ${typeof value}`; }
  return `'${value.length > 80 ? `${value.slice(0, 80)}…` : value}'`;
}
