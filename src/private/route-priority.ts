import { createHash } from 'node:crypto';

/** The numbers for routes without a priority of their own, by depth: deeper conditions come first. They end where ELBv2's numbers end. */
const BANDS = [
  { minDepth: 5, start: 1_001, size: 1_000 },
  { minDepth: 4, start: 2_001, size: 2_000 },
  { minDepth: 3, start: 4_001, size: 4_000 },
  { minDepth: 2, start: 8_001, size: 8_000 },
  // most routes have one segment: the most numbers for them
  { minDepth: 1, start: 16_001, size: 30_000 },
  { minDepth: 0, start: 46_001, size: 4_000 },
];

/** ELBv2's numbers: the smallest is evaluated first. */
export const MIN_PRIORITY = 1;
export const MAX_PRIORITY = 50_000;

/** The priority of a route that has none, from its id and the depth of its conditions; never from its position among the others. */
export function derivedPriority(id: string, depth: number): number {
  const { start, size } = bandOf(depth);
  return start + createHash('sha256').update(id).digest().readUInt32BE() % size;
}

/** A free number for a route of this depth, near the one that is taken. */
export function freePriority(taken: number, depth: number, isTaken: (priority: number) => boolean): number {
  const { start, size } = bandOf(depth);
  for (let offset = 1; offset < size; offset++) {
    const priority = start + (taken - start + offset) % size;
    if (!isTaken(priority)) { return priority; }
  }
  return taken;
}

/** Whether depth alone puts one before the other when both are derived. */
export function sameBand(depth: number, otherDepth: number): boolean {
  return bandOf(depth) === bandOf(otherDepth);
}

function bandOf(depth: number) {
  return BANDS.find(band => depth >= band.minDepth)!;
}
