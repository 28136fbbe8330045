/** Plots as SVG without a background, in colours that can be read on white and on black. */

interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

const [WIDTH, HEIGHT] = [400, 260];
const MARGIN = { left: 62, right: 58, top: 36, bottom: 36 };
const TEXT = '#7d8590';
const COLORS = ['#c2710c', '#3b82d6'];

/** Round steps, some five of them, up to what must be on the axis. */
function ticks(most: number): number[] {
  const rough = most / 5;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(each => each * size).find(each => each >= rough)!;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, n) => n * step);
}

function panel({ title, series }: Panel, offset: number): string {
  const points = series.flatMap(each => each.points);
  const [xs, ys] = [ticks(Math.max(...points.map(({ x }) => x))), ticks(Math.max(...points.map(({ y }) => y)))];
  const x = (value: number) => Math.round(offset + MARGIN.left + value / xs.at(-1)! * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (value: number) => Math.round(HEIGHT - MARGIN.bottom - value / ys.at(-1)! * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const text = (at: [number, number], content: string, anchor = 'middle', color = TEXT) => `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
  const unit = (value: number) => `${value.toLocaleString('en-US')} ms`;
  return [
    text([offset + MARGIN.left, 18], title, 'start'),
    ...ys.map(value => `<line x1="${x(0)}" x2="${x(xs.at(-1)!)}" y1="${y(value)}" y2="${y(value)}" stroke="${TEXT}" stroke-opacity="0.3"/>`),
    ...ys.map(value => text([x(0) - 6, y(value) + 4], unit(value), 'end')),
    ...xs.map(value => text([x(value), HEIGHT - MARGIN.bottom + 18], value.toLocaleString('en-US'))),
    ...series.flatMap(({ name, points: line }, n) => [
      `<polyline points="${line.map(point => `${x(point.x)},${y(point.y)}`).join(' ')}" fill="none" stroke="${COLORS[n]}" stroke-width="2"/>`,
      ...line.map(point => `<circle cx="${x(point.x)}" cy="${y(point.y)}" r="3" fill="${COLORS[n]}"/>`),
      text([x(line.at(-1)!.x) + 8, y(line.at(-1)!.y) + 4], name, 'start', COLORS[n]),
    ]),
  ].join('\n');
}

export function plot(panels: readonly Panel[]): string {
  const width = WIDTH * panels.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" font-family="sans-serif" font-size="12">\n${
    panels.map((each, n) => panel(each, n * WIDTH)).join('\n')}\n</svg>\n`;
}
