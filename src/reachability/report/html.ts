import { createHash } from 'node:crypto';
import { isEmpty } from './costs';
import { costsSection } from './page/costs';
import { findingsSection, missingSection } from './page/findings';
import { ICONS, mark } from './page/icons';
import { Html, html } from './page/markup';
import { Anchors, pathsSection } from './page/paths';
import { SCRIPT } from './page/script';
import { STYLE } from './page/style';
import { count, label, missing } from './story';
import { Report } from '../contract';

/** How a report is written as a page. */
export interface HtmlOptions {
  /** @default 'Reachability' */
  readonly title?: string;
}

/** The whole report as one page that needs nothing else: no network, no other file, and for reading no script either. */
export function formatHtml(report: Report, options: HtmlOptions = {}): string {
  const title = label(options.title ?? 'Reachability');
  const anchors = new Anchors(report);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
</head>
<body>
${ICONS}
<header><h1>${title}</h1>${nav(report)}<button type="button" id="theme" hidden>Dark</button></header>
<main>
${sums(report)}
${findingsSection(report, report.stale ?? [], anchors)}
${missingSection(report, anchors)}
${pathsSection(report, anchors)}
${costsSection(report.costs)}
</main>
<footer>Read from synthesized templates, before anything was deployed.</footer>
<script>${new Html(SCRIPT)}</script>
</body>
</html>
`.text;
}

function nav(report: Report): Html {
  const found = report.findings.length;
  const unknown = missing(report).length;
  return html`<nav aria-label="Parts">${found > 0 && html`<a href="#findings">${count(found, 'finding')}</a>`}${
    unknown > 0 && html`<a href="#missing">${unknown} not known</a>`}<a href="#paths">${count(report.paths.length, 'path')}</a>${
    !isEmpty(report.costs) && html`<a href="#costs">what bills</a>`}</nav>`;
}

function sums({ summary, paths }: Report): Html {
  return html`<ul class="sums">${(['blocked', 'unknown', 'reachable'] as const).map(verdict => html`<li class="${
    summary[verdict] > 0 ? verdict : 'none'}"><span class="number">${summary[verdict]} <small>of ${count(paths.length, 'path')}</small></span>${mark(verdict)}</li>`)}</ul>`;
}

/** The page runs its own script and takes its own style, whatever a template manages to put into it; nothing is loaded or sent. */
const POLICY = `default-src 'none'; img-src data:; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'`;

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
