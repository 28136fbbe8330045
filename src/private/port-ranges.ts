/** Consecutive ports, both ends included. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * At most `max` ranges that contain all ports, opening as few others as possible: ports of their own while there are few, then the closest neighbours merge.
 * The result depends on the set of ports only.
 */
export function portRanges(ports: Iterable<number>, max: number): PortRange[] {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((port, index) => ({ before: index + 1, size: port - sorted[index] }));
  const cuts = gaps.sort((a, b) => b.size - a.size || a.before - b.before).slice(0, max - 1).map(gap => gap.before);
  const starts = sorted.length > 0 ? [0, ...cuts.sort((a, b) => a - b)] : [];
  return starts.map((start, index) => ({ from: sorted[start], to: sorted[(starts[index + 1] ?? sorted.length) - 1] }));
}
