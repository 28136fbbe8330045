/** A value as JSON; empty where it is too deep to write. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** The resources and parameters that an expression speaks of. */
export function mentioned(expression: unknown, depth = 0): string[] {
  if (depth > 100 || typeof expression !== 'object' || expression === null) { return []; }
  if (Array.isArray(expression)) { return expression.flatMap(item => mentioned(item, depth + 1)); }
  return Object.entries(expression).flatMap(([name, value]): string[] => {
    switch (name) {
      case 'Ref': return typeof value === 'string' ? [value] : [];
      case 'Fn::GetAtt': return typeof value === 'string' ? [value.split('.')[0]] : Array.isArray(value) && typeof value[0] === 'string' ? [value[0]] : [];
      case 'Fn::Sub': return inText(value, depth);
      default: return mentioned(value, depth + 1);
    }
  });
}

/** What a text with `${…}` speaks of, but for the variables that come with it. */
function inText(argument: unknown, depth: number): string[] {
  const [text, variables] = Array.isArray(argument) ? argument : [argument];
  const given = typeof variables === 'object' && variables !== null ? variables : {};
  const names = typeof text === 'string' ? [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(match => match[1].trim().split('.')[0]) : [];
  return [...names.filter(name => !Object.prototype.hasOwnProperty.call(given, name)), ...mentioned(given, depth + 1)];
}
