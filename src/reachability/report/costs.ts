import { count, label } from './story';
import { Cost, Costs, TypeCount } from '../contract';

/** The groups of a bill, in the order in which people ask. */
export const PERIODS: readonly { readonly per: Cost['per']; readonly title: string }[] = [
  { per: 'hour', title: 'By the hour' },
  { per: 'month', title: 'By the month' },
  { per: 'use', title: 'By use' },
];

/** `NAT gateways: 2`, `NAT gateways: at least 1`; for what bills by use, also by what. */
export function quantity({ what, measure, atLeast, atMost }: Cost): string {
  return `${label(what)}: ${amount({ atLeast, atMost })}${measure === undefined ? '' : `, by ${measure}`}`;
}

/** How many resources of some types there are. */
export function typeCounts(types: readonly TypeCount[]): string {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const all = { atLeast: sum(types.map(({ atLeast }) => atLeast)), atMost: sum(types.map(({ atMost }) => atMost)) };
  return `${amount(all)} ${all.atMost === 1 ? 'resource' : 'resources'} of ${count(types.length, 'type')}`;
}

/** `AWS::EC2::VPC`, or `3 AWS::EC2::VPC`. */
export function typeCount({ type, atLeast, atMost }: TypeCount): string {
  return `${atLeast === 1 && atMost === 1 ? '' : `${amount({ atLeast, atMost })} `}${label(type)}`;
}

/** Whether there is anything to list. */
export function isEmpty({ billed, free, notKnown, notes }: Costs): boolean {
  return billed.length + free.length + notKnown.length + notes.length === 0;
}

function amount({ atLeast, atMost }: { atLeast: number; atMost?: number }): string {
  if (atMost === undefined) { return atLeast === 0 ? 'not known' : `at least ${atLeast}`; }
  return atLeast === atMost ? `${atLeast}` : atLeast === 0 ? `up to ${atMost}` : `${atLeast} to ${atMost}`;
}
