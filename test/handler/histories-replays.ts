import type { History } from './histories-steps';

/** Histories that once broke a promise: name, seed, steps. A random history that fails is printed in this form. */
export const REPLAYS: [string, number, History][] = [
  ['a deployment is cancelled while new targets wait for health; its run goes on beside the rollback, and must not take the old ones out', 17, [
    { step: 'stack', delay: 20, gate: false, parallel: true, staleRollback: true, zones: [[0, 2]] },
    { step: 'deploy', changes: [{ route: 'a', what: 'port' }], fails: { seconds: 5 } },
  ]],
  ['a deployment is cancelled while old targets drain; its run goes on beside the rollback, and must not take them out again', 17, [
    { step: 'stack', delay: 420, gate: false, parallel: true, staleRollback: false, zones: [[0]] },
    { step: 'deploy', changes: [{ route: 'a', what: 'service' }], fails: { seconds: 100 } },
  ]],
  ['a deployment is cancelled while the drain is at work; it must not go on when it has been put back', 0, [
    { step: 'stack', delay: 60, gate: false, parallel: false, staleRollback: false, zones: [[0, 1]] },
    { step: 'deploy', changes: [{ route: 'a', what: 'subnets', zones: [0] }], fails: { seconds: 1 } },
  ]],
  ['an endpoint loses a subnet in the deployment that replaces its target group', 1, [
    { step: 'stack', delay: 20, gate: false, parallel: false, staleRollback: false, zones: [[0, 1]] },
    { step: 'deploy', changes: [{ route: 'a', what: 'subnets', zones: [0] }, { route: 'a', what: 'group' }] },
  ]],
  ['the drain gets its event twice, and the deployment fails before the endpoint changes', 9, [
    { step: 'stack', delay: 20, gate: false, parallel: true, staleRollback: true, zones: [[1, 2]] },
    { step: 'deploy', changes: [{ route: 'a', what: 'subnets', zones: [0, 2] }], fails: { before: 2 }, mishaps: [{ run: 0, kind: 'again' }] },
  ]],
  ['an answer leaves out a target, and the new ones are taken back: the record must still have all', 0, [
    { step: 'stack', delay: 20, gate: false, parallel: false, staleRollback: false, zones: [[0, 1]] },
    {
      step: 'deploy',
      changes: [{ route: 'a', what: 'service' }],
      accepted: 'never',
      troubles: [{ action: 'DescribeTargetHealth', kind: 'short', times: 1, skip: 0 }],
    },
  ]],
  ['an answer leaves out a target whose subnet goes: it must drain all the same', 0, [
    { step: 'stack', delay: 20, gate: false, parallel: false, staleRollback: false, zones: [[0, 1]] },
    {
      step: 'deploy',
      changes: [{ route: 'a', what: 'subnets', zones: [0] }],
      troubles: [{ action: 'DescribeTargetHealth', kind: 'short', times: 1, skip: 0 }],
    },
  ]],
  ['an answer leaves out the only target that serves: the new ones must be waited for all the same', 0, [
    { step: 'stack', delay: 20, gate: false, parallel: false, staleRollback: false, zones: [[0]] },
    {
      step: 'deploy',
      changes: [{ route: 'a', what: 'service' }],
      troubles: [{ action: 'DescribeTargetHealth', kind: 'short', times: 1, skip: 0 }],
    },
  ]],
  ['a deployment fails just when a registration is to move to an endpoint that is not accepted: its run sees the rollback, which is not its own', 0, [
    { step: 'stack', delay: 20, gate: false, parallel: true, staleRollback: false, zones: [[0]] },
    { step: 'deploy', changes: [{ route: 'a', what: 'service' }, { route: 'b', what: 'add', zones: [1] }], fails: { before: 6 }, accepted: 'never' },
  ]],
  ['the rollback of a deployment that was cancelled is done before its run has drained what is old, and has forgotten what is new', 0, [
    { step: 'stack', delay: 60, gate: false, parallel: false, staleRollback: true, zones: [[0]] },
    {
      step: 'deploy',
      changes: [{ route: 'a', what: 'privateDns' }, { route: 'a', what: 'add', zones: [0] }],
      fails: { seconds: 30 },
      mishaps: [{ run: 0, kind: 'again' }],
    },
  ]],
  ['a second look leaves out what is healthy: something is at stake all the same', 668600, [
    { step: 'stack', delay: 60, gate: true, parallel: true, staleRollback: false, zones: [[2, 3], [0, 2]] },
    { step: 'tamper', route: 'a', zone: 3 },
    {
      step: 'deploy',
      changes: [{ route: 'a', what: 'service' }, { route: 'b', what: 'remove' }],
      troubles: [{ action: 'DescribeTargetHealth', kind: 'short', times: 1, skip: 1 }],
    },
    { step: 'repair' },
    { step: 'delete' },
  ]],
];
