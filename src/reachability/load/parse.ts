import { LoadError } from './error';
import { unfit } from './tree';
import { parseYaml } from './yaml';

/** The value of a text in JSON or YAML, whatever the file is called. */
export function parse(file: string, text: string): unknown {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const value = /^\s*[{[]/.test(plain) ? parseJsonOrFlow(file, plain) : attempt(file, 'YAML', () => parseYaml(plain));
  return fit(file, value);
}

/** The value of a text that the CDK has written. */
export function parseJson(file: string, text: string): unknown {
  return fit(file, attempt(file, 'JSON', () => JSON.parse(text)));
}

/** YAML may begin with a brace too, and then JSON's complaint would mislead. */
function parseJsonOrFlow(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (/\.json$/i.test(file)) { throw new LoadError(file, `it cannot be read as JSON: ${(error as Error).message}`); }
    return attempt(file, 'JSON or YAML', () => parseYaml(text));
  }
}

function attempt(file: string, language: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    throw new LoadError(file, `it cannot be read as ${language}: ${(error as Error).message}`);
  }
}

function fit(file: string, value: unknown): unknown {
  const problem = unfit(value);
  if (problem) { throw new LoadError(file, `${problem}; expected a CloudFormation template.`); }
  return value;
}
