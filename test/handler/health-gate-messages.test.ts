import { failureOf, times } from './support';
import { GateScene, properties } from './support-health-gate';
import { CHECKING } from '../fakes';

let scene: GateScene;

beforeEach(() => { scene = new GateScene(); });

afterEach(() => scene.finish());

describe('the message', () => {
  test('names group, target, state, reason and cause', async () => {
    const dead = scene.filled('dead', 'Target.ResponseCodeMismatch', ['10.0.0.10']);
    const message = await failureOf(scene.gate.create(properties([dead], { timeout: 10 })));
    expect(message).toContain(`${dead.targetGroupArn}: 10.0.0.10:80 unhealthy (Target.ResponseCodeMismatch)`);
    expect(message).toContain('another status code than the health check expects: look at its path and codes');
  });

  test('of an empty group says so', async () => {
    const empty = scene.filled('empty', 'ok', []);
    expect(await failureOf(scene.gate.create(properties([empty], { timeout: 10 })))).toContain(`${empty.targetGroupArn}: no target is registered`);
  });

  test('names sick targets before healthy ones', async () => {
    const sick = ['10.0.1.10', '10.0.1.13', '10.0.1.16'];
    const half = scene.filled('half', ({ id }) => sick.includes(id) ? 'Target.Timeout' : 'ok', times(9, index => `10.0.1.${10 + index}`));
    const message = await failureOf(scene.gate.create(properties([half], { allTargets: true, timeout: 10 })));
    expect([...message.matchAll(/(\S+):80 unhealthy \(Target\.Timeout\)/g)].map(([, id]) => id).sort()).toEqual(sick);
    expect(message.lastIndexOf('unhealthy')).toBeLessThan(message.indexOf(':80 healthy'));
  });

  test('of a hundred groups begins with the worst, says how many there are, and leaves the rest to the log', async () => {
    const groups = times(100, index => scene.filled(`group${index}`));
    groups.forEach(each => scene.aws.targetGroups.setHealth(each, CHECKING));
    groups[70].answers = 'Target.FailedHealthChecks';
    groups[70].targets.forEach(target => { target.fixed = undefined; });
    scene.aws.clock.advance(60_000);
    const message = await failureOf(scene.gate.create(properties(groups, { timeout: 10 })));
    expect(message).toContain('100 of 100 target groups');
    expect(message).toContain(groups[70].targetGroupArn);
    const [failed] = scene.log('failed');
    for (const { targetGroupArn } of groups) { expect(failed.error).toContain(targetGroupArn); }
  });

  test('of a group with many targets still says what to look at', async () => {
    const dead = scene.filled('dead', 'Target.FailedHealthChecks', times(60, index => `10.0.1.${10 + index}`));
    expect(await failureOf(scene.gate.create(properties([dead], { timeout: 10 })))).toContain('look at port and protocol');
  });

  test('names each cause of a group once', async () => {
    const dead = scene.filled('dead', 'Target.FailedHealthChecks');
    const message = await failureOf(scene.gate.create(properties([dead], { timeout: 10 })));
    expect(message.split('connection refused or closed')).toHaveLength(2);
  });
});
