import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the CDK's command line would run the app in a folder, for its cloud assembly to come to another one. */
export function appIn(folder: string, outdir: string): { command: string; env: NodeJS.ProcessEnv } {
  const { app, context = {} } = JSON.parse(readFileSync(join(folder, 'cdk.json'), 'utf8'));
  return { command: app, env: { CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' } };
}
