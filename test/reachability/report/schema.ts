import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

type Validate = { (value: unknown): boolean; errors?: { dataPath: string; message: string }[] };

const TEXT = readFileSync(join(__dirname, '../../../schema/reachability-report.schema.json'), 'utf8');

/** The schema of the JSON report, as it ships. */
export const SCHEMA = JSON.parse(TEXT);

/** What is wrong with a report. ESLint's validator knows an older draft, with all words that the schema uses but one; an unknown word is an error. */
export function errorsOf(value: unknown): string[] {
  return validate(value) ? [] : validate.errors!.map(({ dataPath, message }) => `${dataPath} ${message}`);
}

const Ajv = createRequire(require.resolve('eslint/package.json'))('ajv') as new (options: object) => { compile: (schema: object) => Validate };
const { $schema: _draft, ...older } = JSON.parse(TEXT.replaceAll('$defs', 'definitions'));
const validate = new Ajv({ strictKeywords: true }).compile(older);
