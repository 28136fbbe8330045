import { mark, Mark } from './icons';
import { breakable, Html, html, json } from './markup';
import { Anchors } from './paths';
import { Finding, Report } from '../../contract';
import { chain, count, label, missing, place, plain, sortedFindings } from '../story';

/** How many paths are named where more are meant. */
const NAMED = 20;

/** What has to be mended, then what surprises, then what is accepted. */
export function findingsSection(report: Report, stale: readonly string[], anchors: Anchors): Html {
  const { errors, warnings, accepted } = sortedFindings(report);
  if (report.findings.length + stale.length === 0) { return html``; }
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${[...errors, ...warnings].map(finding => card(finding, anchors))}
${stale.length > 0 && html`<article class="card warning"><h3>${mark('warning', 'stale')} <span>The baseline accepts ${count(stale.length, 'finding')} that nothing has any more</span></h3>
<p>Remove from it:</p><ul>${stale.map(id => html`<li><code>${label(id)}</code></li>`)}</ul></article>`}
${accepted.length > 0 && html`<details class="fold"><summary>Accepted by the baseline: ${accepted.length}</summary>${accepted.map(finding => card(finding, anchors))}</details>`}
</section>`;
}

function card(finding: Finding, anchors: Anchors): Html {
  const name: Mark = finding.severity === 'error' ? 'blocked' : 'warning';
  return html`<article class="card ${name}" id="${anchors.finding(finding)}" data-item>
<h3>${mark(name, finding.severity)} <code>${label(finding.code)}</code> <span class="place">${breakable(place(finding))}</span></h3>
<p>${plain(finding.reason)}</p>
<div class="copy"><p><b>Fix</b> <span data-text>${plain(finding.fix.text)}</span></p>${COPY}</div>
<p class="blocks">${blocks(finding, anchors)}</p>
${finding.fix.patches.map(({ stack, merge }) => fold(html`CloudFormation patch of ${label(stack)}`, json(merge)))}
${fold(html`Place and id`, json({
  stack: finding.stack, logicalId: finding.logicalId, constructPath: finding.constructPath, location: finding.location, id: finding.id,
}))}
</article>
`;
}

function fold(summary: Html, text: string): Html {
  return html`<details class="fold"><summary>${summary}</summary><div class="copy"><pre tabindex="0" data-text>${text}</pre>${COPY}</div></details>
`;
}

/** Shown by the script, which makes it work. */
const COPY = html`<button type="button" data-copy hidden>Copy</button>`;

function blocks(finding: Finding, anchors: Anchors): Html {
  const paths = anchors.links.pathsOf(finding);
  if (paths.length === 0) { return html``; }
  const verb = paths.every(({ verdict }) => verdict === 'blocked') ? 'Blocks' : 'Concerns';
  return html`${verb} ${count(paths.length, 'path')}: ${links(paths, anchors)}`;
}

function links(paths: readonly Report['paths'][number][], anchors: Anchors): Html {
  const named = paths.slice(0, NAMED).map((path, index) => html`${index > 0 && ', '}<a href="#${anchors.path(path)}" title="${chain(path)}">${
    label(path.source.label)} → ${label(path.destination.label)}</a>`);
  return html`${named}${paths.length > NAMED && ` and ${paths.length - NAMED} more`}`;
}

/** What would have to be known of the unknown paths. */
export function missingSection(report: Report, anchors: Anchors): Html {
  const groups = missing(report);
  if (groups.length === 0) { return html``; }
  return html`<section aria-labelledby="missing"><h2 id="missing">Not known</h2>
<p class="quiet">The templates do not say these things, so that nobody can tell before the deployment. The paths may well work.</p>
<ul class="card missing">${groups.map(({ name, detail, paths }) => html`<li class="sign unknown" data-item><b>${label(name)}</b> ${plain(detail)}
<p class="blocks">Leaves ${count(paths.length, 'path')} open: ${links(paths, anchors)}</p></li>
`)}</ul></section>`;
}
