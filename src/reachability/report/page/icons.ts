import { Html, html } from './markup';
import { NodeKind, Verdict } from '../../contract';

/** What a station is called, and the strokes of its picture on a field of 24 by 24. */
const KINDS: { [kind in NodeKind]: { word: string; strokes: string } } = {
  'internet': { word: 'Internet', strokes: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18' },
  'cidr': { word: 'Addresses', strokes: 'M8 4 6 20M16 4l-2 16M4 9h16M3 15h16' },
  'vpc': { word: 'VPC', strokes: 'M7 18a4 4 0 0 1 0-8 5 5 0 0 1 10 0 4 4 0 0 1 0 8z' },
  'security-group': { word: 'Security group', strokes: 'M12 3l8 3v6c0 5-3.5 7.5-8 9-4.5-1.5-8-4-8-9V6z' },
  'name': { word: 'Name', strokes: 'M3 12V4h8l10 10-7 7zM7.5 8h.01' },
  'alb': { word: 'Application Load Balancer', strokes: 'M4 12h5M9 12l6-7h5M9 12h11M9 12l6 7h5' },
  'nlb': { word: 'Network Load Balancer', strokes: 'M4 12h6M10 5v14M10 5h10M10 12h10M10 19h10' },
  'endpoint': { word: 'Interface endpoint', strokes: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4' },
  'endpoint-service': { word: 'Endpoint service', strokes: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 10v4M15 10v4' },
  'instance': { word: 'Instance', strokes: 'M4 4h16v7H4zM4 13h16v7H4zM8 7.5h.01M8 16.5h.01' },
  'auto-scaling-group': { word: 'Auto Scaling group', strokes: 'M8 8h12v12H8zM4 16V4h12M14 11v6M11 14h6' },
  'ecs-service': { word: 'ECS service', strokes: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9' },
  'function': { word: 'Lambda function', strokes: 'M6 4h3l8 16h2M11.5 9.5 6 20' },
  'address': { word: 'Address', strokes: 'M12 21s7-6.5 7-11a7 7 0 0 0-14 0c0 4.5 7 11 7 11M12 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4' },
  'other': { word: 'Other', strokes: 'M4 4h16v16H4z' },
};

/** What is known of something, or how grave it is. */
export type Mark = Verdict | 'warning';

const MARKS: { [mark in Mark]: string } = {
  reachable: 'M7.5 12.5l3 3 6-7',
  blocked: 'M8.5 8.5l7 7M15.5 8.5l-7 7',
  unknown: 'M9 9.5a3 3 0 1 1 4.2 2.7c-.8.4-1.2.9-1.2 1.800M12 17h.01',
  warning: 'M12 7v6M12 16.5h.01',
};

const CIRCLE = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18';

/** The pictures, once for the page. */
export const ICONS = html`<svg hidden>${[
  ...Object.entries(KINDS).map(([name, { strokes }]) => symbol(`k-${name}`, strokes)),
  ...Object.entries(MARKS).map(([name, strokes]) => symbol(`m-${name}`, `${CIRCLE}${strokes}`)),
]}</svg>`;

function symbol(id: string, strokes: string): Html {
  return html`<symbol id="${id}" viewBox="0 0 24 24"><path d="${strokes}"/></symbol>`;
}

/** A picture beside words that say the same. */
function icon(id: string): Html {
  return html`<svg class="icon" aria-hidden="true"><use href="#${id}"/></svg>`;
}

export function kind({ kind: name }: { readonly kind: NodeKind }): Html {
  return html`<span class="kind">${icon(`k-${name}`)}${KINDS[name].word}</span>`;
}

/** A verdict by picture and word, so that its colour is not needed. */
export function mark(name: Mark, word: string = name): Html {
  return html`<span class="mark ${name}">${icon(`m-${name}`)}<span class="word">${word}</span></span>`;
}
