import * as fc from 'fast-check';
import { isAtStake, isReady, Plan, plan, Situation, Target, targetKey } from '../../src/handler/plan';

const RUNS = { seed: 1, numRuns: 500 };

const target = (address: string, port = 80): Target => ({ address, port });
const [A, B, C] = ['10.0.0.4', '10.0.1.4', '10.0.2.4'].map(address => target(address));
const NOTHING: Situation = { desired: [], registered: [], recorded: [], othersRecorded: [] };

describe('a plan', () => {
  test('registers all addresses of a new endpoint, after they are recorded', () => {
    expect(plan({ ...NOTHING, desired: [A, B] })).toEqual({ recordBefore: [A, B], register: [A, B], deregister: [], recordAfter: [A, B] });
  });

  test('does nothing when everything is as it should be', () => {
    expect(plan({ ...NOTHING, desired: [A, B], registered: [B, A], recorded: [B, A] })).toMatchObject({ register: [], deregister: [] });
  });

  test('swaps what has changed and keeps the rest, and until then has both in the record', () => {
    expect(plan({ ...NOTHING, desired: [B, C], registered: [A, B], recorded: [A, B] }))
      .toEqual({ recordBefore: [B, C, A], register: [C], deregister: [A], recordAfter: [B, C] });
  });

  test('swaps ports of the same address', () => {
    const other = target(A.address, 8080);
    expect(plan({ ...NOTHING, desired: [other], registered: [A], recorded: [A] })).toMatchObject({ register: [other], deregister: [A] });
  });

  test('takes everything away when nothing is wanted', () => {
    expect(plan({ ...NOTHING, registered: [A, B], recorded: [A, B] }))
      .toEqual({ recordBefore: [A, B], register: [], deregister: [A, B], recordAfter: [] });
  });

  test('takes out and forgets what it recorded, also where the group does not show it', () => {
    expect(plan({ ...NOTHING, registered: [], recorded: [A] })).toMatchObject({ deregister: [A], recordAfter: [] });
  });

  test('brings back what somebody took away', () => {
    expect(plan({ ...NOTHING, desired: [A], recorded: [A] })).toMatchObject({ register: [A], recordAfter: [A] });
  });

  test('leaves alone what somebody else registered, even where it is one of the addresses wanted', () => {
    expect(plan({ ...NOTHING, desired: [A, B], registered: [A, C] }))
      .toEqual({ recordBefore: [B], register: [B], deregister: [], recordAfter: [B] });
  });

  test('shares an address with another registration, and leaves it to that one in the end', () => {
    expect(plan({ ...NOTHING, desired: [A], registered: [A], othersRecorded: [A] })).toMatchObject({ register: [], recordAfter: [A] });
    expect(plan({ ...NOTHING, registered: [A], recorded: [A], othersRecorded: [A] })).toMatchObject({ deregister: [], recordAfter: [] });
  });
});

/** A target group with the records of any number of registrations. */
class Model {
  readonly registered: Set<string>;
  readonly foreign: Set<string>;
  readonly records = new Map<string, Set<string>>();
  readonly violations: string[] = [];

  constructor(registered: Target[], records: { [registration: string]: Target[] } = {}) {
    this.registered = keys(registered);
    Object.entries(records).forEach(([name, targets]) => this.records.set(name, keys(targets)));
    this.foreign = new Set([...this.registered].filter(key => !this.isRecorded(key)));
  }

  situation(name: string, desired: Target[]): Situation {
    return {
      desired,
      registered: [...this.registered].map(parse),
      recorded: [...this.records.get(name) ?? []].map(parse),
      othersRecorded: [...this.records].filter(([other]) => other !== name).flatMap(([, record]) => [...record].map(parse)),
    };
  }

  /** Carries out a plan, as far as `steps` reaches. */
  carryOut(name: string, { recordBefore, register, deregister, recordAfter }: Plan, steps = Infinity): void {
    [
      () => this.records.set(name, keys(recordBefore)),
      ...register.map(added => () => this.registered.add(targetKey(added))),
      ...deregister.map(removed => () => this.registered.delete(targetKey(removed))),
      () => this.records.set(name, keys(recordAfter)),
    ].slice(0, steps).forEach(step => { step(); this.check(); });
  }

  private check(): void {
    this.violations.push(...[...this.registered].filter(key => !this.foreign.has(key) && !this.isRecorded(key)).map(key => `${key} is unrecorded`));
    this.violations.push(...[...this.foreign].filter(key => !this.registered.has(key)).map(key => `${key} was taken away from somebody else`));
  }

  private isRecorded(key: string): boolean {
    return [...this.records.values()].some(record => record.has(key));
  }
}

function keys(targets: Target[]): Set<string> {
  return new Set(targets.map(targetKey));
}

function parse(key: string): Target {
  const colon = key.lastIndexOf(':');
  return target(key.slice(0, colon), Number(key.slice(colon + 1)));
}

function union(...sets: Iterable<string>[]): Set<string> {
  return new Set(sets.flatMap(set => [...set]));
}

// few, so that they meet often; lists may name a target twice
const anyTarget = fc.record({ address: fc.constantFrom('10.0.0.4', '10.0.1.4', '10.0.2.4', '2001:db8::4'), port: fc.constantFrom(80, 8080) });
const anyTargets = fc.array(anyTarget, { maxLength: 10 });
const anySituation = fc.record({ desired: anyTargets, registered: anyTargets, recorded: anyTargets, othersRecorded: anyTargets });
const modelOf = ({ registered, recorded, othersRecorded }: Situation) => new Model(registered, { ours: recorded, others: othersRecorded });

describe('in any situation, a plan', () => {
  const always = (check: (situation: Situation, result: Plan) => void) =>
    fc.assert(fc.property(anySituation, situation => { check(situation, plan(situation)); }), RUNS);

  test('deregisters nothing foreign, and nothing that is not recorded', () => {
    always((situation, { deregister }) => {
      const { foreign } = modelOf(situation);
      expect(deregister.map(targetKey).filter(key => foreign.has(key))).toEqual([]);
      expect(keys(situation.recorded)).toEqual(union(keys(situation.recorded), keys(deregister)));
    });
  });

  test('deregisters nothing that another registration brought', () => {
    always(({ othersRecorded }, { deregister }) => {
      expect(deregister.map(targetKey).filter(key => keys(othersRecorded).has(key))).toEqual([]);
    });
  });

  test('records nothing foreign', () => {
    always((situation, { recordBefore, recordAfter }) => {
      const { foreign } = modelOf(situation);
      expect([...recordBefore, ...recordAfter].map(targetKey).filter(key => foreign.has(key))).toEqual([]);
    });
  });

  test('names no target twice', () => {
    always((_, result) => {
      for (const list of [result.recordBefore, result.register, result.deregister, result.recordAfter]) {
        expect(keys(list).size).toBe(list.length);
      }
    });
  });

  test('leads to exactly what is foreign, what others brought, and what is desired', () => {
    always((situation, result) => {
      const model = modelOf(situation);
      const others = [...keys(situation.othersRecorded)].filter(key => model.registered.has(key));
      model.carryOut('ours', result);
      expect(model.registered).toEqual(union(model.foreign, others, keys(situation.desired)));
      expect(model.violations).toEqual([]);
    });
  });

  test('has nothing more to do once it is carried out', () => {
    always((situation, result) => {
      const model = modelOf(situation);
      model.carryOut('ours', result);
      const again = plan(model.situation('ours', situation.desired));
      expect(again).toMatchObject({ register: [], deregister: [] });
      expect([keys(again.recordBefore), keys(again.recordAfter)]).toEqual([keys(result.recordAfter), keys(result.recordAfter)]);
    });
  });

  test('for nothing desired leaves nothing behind, neither targets nor record', () => {
    always(situation => {
      const model = modelOf(situation);
      model.carryOut('ours', plan({ ...situation, desired: [] }));
      expect(model.records.get('ours')).toEqual(new Set());
      expect([...model.registered].filter(key => !model.foreign.has(key) && !keys(situation.othersRecorded).has(key))).toEqual([]);
    });
  });
});

test('registrations that share a group, crash anywhere and change their minds end with exactly what they want, and foreign targets stay', () => {
  const names = ['one', 'two', 'three'];
  const run = fc.record({ name: fc.constantFrom(...names), desired: anyTargets, crashAfter: fc.option(fc.nat(8), { nil: undefined }) });
  fc.assert(fc.property(anyTargets, fc.array(run, { maxLength: 12 }), (foreign, runs) => {
    const model = new Model(foreign);
    const wanted = new Map<string, Target[]>();
    for (const { name, desired, crashAfter } of runs) {
      model.carryOut(name, plan(model.situation(name, desired)), crashAfter);
      wanted.set(name, desired);
    }
    for (const name of names) {
      model.carryOut(name, plan(model.situation(name, wanted.get(name) ?? [])));
    }
    expect(model.violations).toEqual([]);
    expect(model.registered).toEqual(union(model.foreign, ...[...wanted.values()].map(keys)));
    for (const name of names) {
      model.carryOut(name, plan(model.situation(name, [])));
    }
    expect(model.registered).toEqual(model.foreign);
    expect(union(...model.records.values())).toEqual(new Set());
  }), RUNS);
});

describe('a change', () => {
  const healthy = (...targets: Target[]) => (each: Target) => targets.some(other => targetKey(other) === targetKey(each));
  const health = (live: Target[], well: Target[], unused: Target[] = []) => ({ live, isHealthy: healthy(...well), isUnused: healthy(...unused) });
  const swap = { added: [B, C], removed: [A], before: [A] };

  test('is ready when all that is new is healthy', () => {
    expect(isReady(swap, health([A, B, C], [A, B, C]), true)).toBe(true);
    expect(isReady(swap, health([A, B, C], [A, B]), true)).toBe(false);
    expect(isReady(swap, health([A, B], [A, B]), true)).toBe(false);
  });

  test('does not wait for what is never checked, once that is certain', () => {
    expect([true, false].map(isUnusedFinal => isReady(swap, health([A, B, C], [A, B], [C]), isUnusedFinal))).toEqual([true, false]);
  });

  test('is not ready while nothing healthy would remain', () => {
    expect(isReady(swap, health([A, B, C], [A], [B, C]), true)).toBe(false);
    expect(isReady({ added: [], removed: [A], before: [A, B] }, health([A, B], [A]), true)).toBe(false);
    expect(isReady({ added: [], removed: [A], before: [A, B] }, health([A, B], [A, B]), true)).toBe(true);
  });

  test('has something at stake while one of the targets before it is healthy', () => {
    expect(isAtStake({ ...swap, before: [A, B] }, health([A, B], [B]))).toBe(true);
    expect(isAtStake(swap, health([A, B], [B]))).toBe(false);
  });
});
