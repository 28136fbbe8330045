import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(__dirname, '..', '..');
const CACHE = join(ROOT, '.cache', 'rehearsal');

/** Our adapter uses private names of this release. */
const MINISTACK = 'ministack==1.5.33';

export const ACCOUNT = '123456789012';
export const REGION = 'ap-northeast-1';

/** The Python to run the emulator with, if there is one that can make virtual environments. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find(command => {
    try {
      execFileSync(command, ['-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Installs the emulator where it is missing, into a virtual environment that is made under another name first, so that a half-made one is never used.
 *
 * @returns the Python that has it
 */
export function install(python: string): string {
  const folder = join(CACHE, MINISTACK);
  if (!existsSync(folder)) {
    const draft = `${folder}.${process.pid}`;
    mkdirSync(CACHE, { recursive: true });
    execFileSync(python, ['-m', 'venv', draft]);
    execFileSync(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', MINISTACK], { stdio: 'inherit' });
    if (existsSync(folder)) {
      rmSync(draft, { recursive: true });
    } else {
      renameSync(draft, folder);
    }
  }
  return join(folder, 'bin', 'python');
}

/** ministack with our adapter: CloudFormation and the services behind it on a port of this machine. */
export class Emulator {
  /** @param folder where it keeps its state */
  public static async start(python: string, folder: string): Promise<Emulator> {
    const port = await freePort();
    const log = openSync(join(folder, 'emulator.log'), 'w');
    const emulator = new Emulator(port, folder, spawn(python, [join(__dirname, 'emulator')], {
      // a group of its own, which is ended as a whole: functions are processes too
      detached: true,
      stdio: ['pipe', log, log],
      env: serverEnvironment(port, folder),
    }));
    process.on('exit', () => emulator.stop());
    await emulator.ready();
    return emulator;
  }

  public readonly url: string;
  private readonly journalFile: string;

  private constructor(port: number, folder: string, private readonly server: ChildProcess) {
    this.url = `http://127.0.0.1:${port}`;
    this.journalFile = journalIn(folder);
  }

  /** The lines of the adapter's journal. */
  public journal(): string[] {
    return readFileSync(this.journalFile, 'utf8').split('\n').filter(line => line !== '');
  }

  /** The environment of a command that takes the emulator for AWS, whatever account the caller is logged in to. */
  public environment(): NodeJS.ProcessEnv {
    return {
      ...withoutAws(process.env),
      AWS_ENDPOINT_URL: this.url,
      AWS_S3_FORCE_PATH_STYLE: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_VALIDATION: 'false',
    };
  }

  public stop(): void {
    if (this.server.exitCode === null && this.server.signalCode === null) { process.kill(-this.server.pid!, 'SIGKILL'); }
  }

  private async ready(): Promise<void> {
    for (let attempt = 0; attempt < 300; attempt++) {
      if (this.server.exitCode !== null) { break; }
      const answer = await fetch(`${this.url}/_ministack/health`).catch(() => undefined);
      if (answer?.ok) { return; }
      await sleep(100);
    }
    throw new Error('the emulator did not start');
  }
}

function serverEnvironment(port: number, folder: string): NodeJS.ProcessEnv {
  return {
    ...withoutAws(process.env),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: `${port}`,
    MINISTACK_HOST: '127.0.0.1',
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    MINISTACK_REGION: REGION,
    // on fixed ports, and not needed
    SFTP_ENABLED: '0',
    IOT_MTLS_ENABLED: '0',
    // where functions find the SDK that Lambda brings
    NODE_PATH: join(ROOT, 'node_modules'),
    PYTHONDONTWRITEBYTECODE: '1',
    REHEARSAL_JOURNAL: journalIn(folder),
    TMPDIR: folder,
  };
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}

function journalIn(folder: string): string {
  return join(folder, 'journal.jsonl');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
