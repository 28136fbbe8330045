import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Baseline, applyBaseline, failing, readBaseline, writeBaseline } from './baseline';
import { check } from './check';
import { Report } from './contract';
import { loadPaths } from './load';
import { formatHtml } from './report/html';
import { formatJson } from './report/json';
import { plain } from './report/story';
import { formatText } from './report/text';
import { version } from './version';

const NAME = 'cdk-alb-privatelink';

const HELP = `Usage: ${NAME} check PATH... [options]

Walks every path that synthesized CloudFormation templates promise, and says which are blocked, where, and what would mend it.
Nothing is deployed, and no AWS account is asked.

PATH is the folder of a cloud assembly (cdk.out) or a template in JSON or YAML. What is deployed together is best checked together.

Options:
  --mode fail|warn       whether the exit status tells of blocked paths (default: fail)
  --baseline FILE        findings that are accepted today, and do not fail
  --write-baseline FILE  accept all findings of today in FILE; reasons in it stay
  --json FILE            write the report for tools
  --html FILE            write the report as a page, with a picture of each path
  --costs                list what bills, by quantities without prices; the JSON report and the page have it always
  --no-colour            no colours, also not in a terminal; so does the variable NO_COLOR
  --help, --version

Exit status: 0 when nothing is blocked or accepted findings block it, 1 when something else is, 2 when the command could not do its work.
`;

const OPTIONS = {
  'mode': { type: 'string' },
  'baseline': { type: 'string' },
  'write-baseline': { type: 'string' },
  'json': { type: 'string' },
  'html': { type: 'string' },
  'costs': { type: 'boolean' },
  'no-colour': { type: 'boolean' },
  'no-color': { type: 'boolean' },
  'help': { type: 'boolean', short: 'h' },
  'version': { type: 'boolean' },
} as const;

/** What the command has of the world. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly isTTY: boolean;
  /** The width of the terminal. */
  readonly columns?: number;
  readonly env: { readonly [name: string]: string | undefined };
  readonly cwd: string;
}

class UsageError extends Error {}

type Options = ReturnType<typeof parse>['values'];

/** Runs the command and gives back its exit status. */
export function run(args: readonly string[], io: Io): number {
  try {
    const { values, positionals: [command, ...paths] } = parse(args);
    if (values.help) { return said(io, HELP); }
    if (values.version) { return said(io, `${version()}\n`); }
    if (command !== 'check') { throw new UsageError(command === undefined ? 'a command is missing: check' : `there is no command '${command}', only: check`); }
    if (paths.length === 0) { throw new UsageError('a PATH is missing: the folder of a cloud assembly (cdk.out), or a template'); }
    return checkPaths(paths, values, io);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    io.stderr(`${NAME}: ${plain(message, 2_000)}\n`);
    if (error instanceof UsageError) { io.stderr(`Try '${NAME} --help'.\n`); }
    if (io.env.DEBUG) { io.stderr(`${stack}\n`); }
    return 2;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function checkPaths(paths: string[], options: Options, io: Io): number {
  const mode = options.mode ?? 'fail';
  if (mode !== 'fail' && mode !== 'warn') { throw new UsageError(`'--mode' must be fail or warn, got: ${mode}`); }
  const file = (name: string) => resolve(io.cwd, name);
  const baseline = options.baseline === undefined ? undefined : baselineIn(file(options.baseline));

  const found = check(loadPaths(paths, io.cwd));
  const accepted = options['write-baseline'] === undefined ? baseline : acceptAll(file(options['write-baseline']), found, baseline);
  const report = accepted ? applyBaseline(found, accepted) : found;

  if (options.json !== undefined) { write(file(options.json), formatJson(report)); }
  if (options.html !== undefined) { write(file(options.html), formatHtml(report)); }
  io.stdout(formatText(report, { colour: colour(options, io), width: io.columns, costs: options.costs }));
  return mode === 'fail' && failing(report).length > 0 ? 1 : 0;
}

function colour(options: Options, { isTTY, env }: Io): boolean {
  return isTTY && !options['no-colour'] && !options['no-color'] && !env.NO_COLOR && env.TERM !== 'dumb';
}

function baselineIn(file: string): Baseline {
  try {
    return readBaseline(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

/** What is there already is read first: its reasons stay, and a file that is no baseline is not overwritten. */
function acceptAll(file: string, report: Report, given?: Baseline): Baseline {
  const earlier = existsSync(file) ? baselineIn(file) : undefined;
  const reasons: Baseline = { version: '1', accepted: [...given?.accepted ?? [], ...earlier?.accepted ?? []] };
  const text = writeBaseline(report, reasons);
  write(file, text);
  return readBaseline(text);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`${file}: it cannot be written (${(error as NodeJS.ErrnoException).code ?? error}).`);
  }
}

function said(io: Io, text: string): number {
  io.stdout(text);
  return 0;
}
