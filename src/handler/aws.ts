import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Repeating with back-off and jitter is the SDK's own; a call that hangs is cut off, so that it can be repeated too. */
const CONFIG = { maxAttempts: 8, requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } };

// loading a client takes up to 200 ms and 110 MB: only those are loaded that an event needs
/* eslint-disable @typescript-eslint/no-require-imports, import/no-extraneous-dependencies */
export const ec2 = once((): EC2 => new (require('@aws-sdk/client-ec2').EC2)(CONFIG));
/** For what runs again soon anyway, and need not wait for a permission. */
export const impatientEc2 = once((): EC2 => new (require('@aws-sdk/client-ec2').EC2)(CONFIG), client => client);
export const elbv2 = once((): ElasticLoadBalancingV2 => new (require('@aws-sdk/client-elastic-load-balancing-v2').ElasticLoadBalancingV2)(CONFIG));
export const cloudFormation = once((): CloudFormation => new (require('@aws-sdk/client-cloudformation').CloudFormation)(CONFIG));
/* eslint-enable */

function once<T extends object>(make: () => T, wrap: (client: T) => T = patient): () => T {
  let made: T | undefined;
  return () => made ??= wrap(make());
}

/** A policy that was just made may not hold for a minute; after these delays a permission is taken as missing. */
const PERMISSION_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** A client whose calls are repeated while their permission is missing. */
function patient<T extends object>(client: T): T {
  return new Proxy(client, {
    get: (_, method) => async (input: unknown) => {
      const call = async () => (client as Record<PropertyKey, any>)[method](input);
      for (const delay of PERMISSION_DELAYS_MS) {
        try {
          return await call();
        } catch (error) {
          if (!isDenied(error)) { throw error; }
          log('not permitted yet', { error: `${error}` });
        }
        await sleep(delay);
      }
      return call();
    },
  });
}

/** All items of an answer that comes in pages. */
export async function pages<P extends { NextToken?: string }, T>(
  page: (token?: string) => Promise<P>, items: (answer: P) => T[] | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    all.push(...items(answer) ?? []);
    token = answer.NextToken;
  } while (token);
  return all;
}

/** EC2 writes its error codes as they are, other services with or without `Exception`. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.some(name => error.name === name || error.name === `${name}Exception`);
}

export function isDenied(error: unknown): boolean {
  return isNamed(error, 'AccessDenied', 'UnauthorizedOperation');
}

export async function sleep(milliseconds: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, milliseconds));
}

/** One line a decision. */
export function log(decision: string, details: Record<string, unknown>): void {
  console.log(JSON.stringify({ decision, ...details }));
}
