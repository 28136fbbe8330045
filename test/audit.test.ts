import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ROOT = join(__dirname, '..');

/** What the audit says to a registry that knows of a hole in every version of these packages, or that does not know what is asked. */
async function audit(holes?: string[]): Promise<{ status: number | null; output: string }> {
  const registry = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk)).on('end', () => {
      if (!holes || request.method !== 'POST') { response.writeHead(405).end(); return; }
      const asked = Object.keys(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()));
      const advisory = { id: 1, url: 'https://github.com/advisories', title: 'A hole', severity: 'high', vulnerable_versions: '*', cwe: [], cvss: { score: 7, vectorString: null } };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(Object.fromEntries(asked.filter(name => holes.includes(name)).map(name => [name, [advisory]]))));
    });
  });
  await new Promise<void>(listening => registry.listen(0, '127.0.0.1', listening));
  try {
    const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}`, npm_config_fetch_retries: '0' };
    const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', join('scripts', 'audit.ts')], { cwd: ROOT, env: { ...env, TS_NODE_PROJECT: 'tsconfig.dev.json' } });
    const output: string[] = [];
    child.stdout.on('data', text => output.push(text));
    child.stderr.on('data', text => output.push(text));
    const status = await new Promise<number | null>(ended => child.on('close', ended));
    return { status, output: output.join('') };
  } finally {
    registry.close();
  }
}

describe('the audit of what users install', () => {
  test.each([
    ['the parser that is in the package', 'yaml', 'node_modules/yaml: has a known hole, high'],
    ['a peer', 'constructs', 'node_modules/constructs: has a known hole, high'],
    ['what comes with the CDK', 'minimatch', 'node_modules/aws-cdk-lib/node_modules/minimatch: has a known hole, high'],
  ])('fails for a hole in %s', async (_, name, message) => {
    const { status, output } = await audit([name]);
    expect(output).toContain(message);
    expect(status).toBe(1);
  });

  test('passes where holes are known in nothing but our tools', async () => {
    const { status, output } = await audit(['jest', 'eslint']);
    expect(output).toMatch(/^Of \d{2} packages that users install 0 have known holes, and 0 a license that asks for more than its text\.$/m);
    expect(status).toBe(0);
  });

  test('says so where the registry does not answer', async () => {
    const { status, output } = await audit();
    expect(output).toMatch(/^Not asked for known holes, because the registry did not answer: .*405/m);
    expect(status).toBe(0);
  });
});
