import { Judgement } from './judge';
import { JUSTIFICATIONS } from './justifications';

export interface Verdicts {
  readonly example: string;
  readonly judgements: readonly Judgement[];
}

/** The page about mutants. */
export function document(verdicts: readonly Verdicts[], titleOf: (judgement: Judgement) => string | undefined): string {
  const counts = verdicts.map(({ example, judgements }) => {
    const of = (...outcomes: string[]) => judgements.filter(({ outcome }) => outcomes.includes(outcome)).length;
    return `| ${[example, judgements.length, of('killed'), of('decided'), of('open'), of('survived')].join(' | ')} |`;
  });
  const all = verdicts.flatMap(({ judgements }) => judgements);
  const sections = Object.entries(JUSTIFICATIONS).map(([title, { reason }]) => {
    const of = all.filter(judgement => titleOf(judgement) === title);
    return [`### ${title}`, '', `${reason} ${of.length} mutants:`, '', ...byResource(of)].join('\n');
  });
  return `${[HEAD, ...counts, '', '## What nothing is found for, and why', '', sections.join('\n\n')].join('\n')}\n`;
}

/** One line for each resource, with what it lacks. */
function byResource(judgements: readonly Judgement[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { mutant: { stack, logicalId, path } } of judgements) {
    const id = `${stack}/${logicalId}`;
    lines.set(id, [...lines.get(id) ?? [], path.length === 0 ? 'the whole' : `\`${path.slice(1).join('.')}\``]);
  }
  return [...lines].map(([id, members]) => `- \`${id}\`: ${members.join(', ')}`);
}

const HEAD = `# Mutants: what ReachabilityChecks finds when something is missing

A test takes the templates of both examples and takes away each single thing that carries traffic: each resource, each property of it, each member of its lists and maps. The
mutants are generated from the templates; tags, descriptions, names, permissions and code are left alone. What the checker says of each, with the statements of the example's app, is
compared with what it says of the whole.

- **killed**: a path is blocked at a hop that what is missing serves, the finding names it or what it is a part of, and the patches of the findings, applied as they are printed, open
  every path again.
- **decided**: the same, but a fix is somebody's decision and has no patch: who the clients are, which group something has, what a name stood for.
- **unknown**: nothing is found, and a path is not known any more, with the name of what is missing, or is not promised any more.
- **reachable**: nothing is found, and every path is as it was.

The last two are justified below, each by a rule that says why; a mutant that no rule is for fails the test, and so does a rule that is for no mutant. This page is written by the test:
\`UPDATE_MUTANTS=1 npx jest test/reachability/mutants\`.

| example | mutants | killed | decided | unknown | reachable |
|---|---|---|---|---|---|`;
