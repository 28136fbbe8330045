import { matchesWildcards, Params, structures, text, texts } from './protocol';

/** Every filter must match, with any of its values. */
export function matchesFilters(params: Params, valueOf: (name: string) => string | undefined): boolean {
  return structures(params, 'Filter').every(filter => {
    const value = valueOf(text(filter, 'Name') ?? '');
    return value !== undefined && texts(filter, 'Value').some(pattern => matchesWildcards(pattern, value));
  });
}
