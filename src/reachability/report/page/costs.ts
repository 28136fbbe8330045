import { breakable, Html, html } from './markup';
import { Cost, Costs, TypeCount } from '../../contract';
import { isEmpty, PERIODS, quantity, typeCount, typeCounts } from '../costs';
import { count, label, place, plain } from '../story';

/** What bills, and how much of it there is; without prices, which differ by Region and month. */
export function costsSection(costs: Costs): Html {
  if (isEmpty(costs)) { return html``; }
  return html`<section aria-labelledby="costs"><h2 id="costs">What bills</h2>
<p>Quantities, no prices. What goes through the network is not in templates.</p>
${PERIODS.map(({ per, title }) => period(title, costs.billed.filter(cost => cost.per === per)))}
${types('Does not bill', costs.free)}
${notKnown(costs)}
</section>`;
}

function period(title: string, costs: readonly Cost[]): Html {
  return costs.length === 0 ? html`` : html`<h3>${title}</h3>
<ul>${costs.map(cost => html`<li>${plain(quantity(cost))}${
  cost.notes.length > 0 && html` <small>(depends on: ${cost.notes.map(note => plain(note)).join('; ')})</small>`}${
  html`<details class="fold"><summary>${count(cost.parts.length, 'resource')}</summary><ul>${cost.parts.map(part => html`<li>${breakable(place(part))}</li>`)}</ul></details>`}</li>`)}</ul>
`;
}

function types(title: string, counts: readonly TypeCount[]): Html {
  return counts.length === 0 ? html`` : html`<h3>${title}</h3>
<details class="fold"><summary>${typeCounts(counts)}</summary><ul>${counts.map(one => html`<li><code>${label(typeCount(one))}</code></li>`)}</ul></details>
`;
}

function notKnown({ notKnown: counts, notes }: Costs): Html {
  return counts.length + notes.length === 0 ? html`` : html`<h3>Not known here</h3>
<ul>${counts.map(one => html`<li><code>${label(typeCount(one))}</code></li>`)}${notes.map(note => html`<li>${plain(note)}</li>`)}</ul>
`;
}
