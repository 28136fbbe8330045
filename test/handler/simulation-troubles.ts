import type { Trouble } from './histories-steps';
import { AwsError, type Faults } from '../fakes';

/** Lets the next calls of an action meet a trouble. */
export function makeTrouble(faults: Faults, { action, kind, times, skip }: Trouble): void {
  if (skip > 0) { faults.pass(action, skip); }
  switch (kind) {
    case 'throttle': return faults.throttle(action, times);
    case 'error': return faults.serverError(action, times);
    case 'reset': return faults.resetConnection(action, times);
    case 'resetAfter': return faults.resetConnection(action, times, 'beforeAnswer');
    case 'hang': return faults.hang(action, times);
    case 'hangAfter': return faults.hang(action, times, 'beforeAnswer');
    case 'hide': return faults.notFound(action, times);
    case 'short': return faults.shorten(action, 1, times);
    case 'deny': return faults.deny(action, times);
    case 'refuse': return faults.fail(action, new AwsError('OperationNotPermitted', 'Not now'), times);
    case 'page': return faults.page(action, 1, times);
  }
}
