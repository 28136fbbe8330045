import type { Context } from 'aws-lambda';
import { acceptPending } from './acceptor';
import { AcceptorEnvironment } from './contract';

/** What the schedule calls. Nothing is taken from the event: whoever may call the function can accept nothing else with it. */
export async function handler(_: unknown, context?: Context): Promise<void> {
  const { SERVICE_ID, ACCEPTED_ACCOUNTS } = process.env as unknown as AcceptorEnvironment;
  await acceptPending({
    serviceId: SERVICE_ID,
    accounts: ACCEPTED_ACCOUNTS.split(','),
    remainingMs: () => context?.getRemainingTimeInMillis() ?? Infinity,
  });
}
