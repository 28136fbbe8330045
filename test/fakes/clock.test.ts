import { Clock, START, TokenBucket } from './clock';

let clock: Clock;

beforeEach(() => {
  clock = new Clock();
});

const seconds = () => (clock.now() - START) / 1000;

test('time stands still until it is advanced, and what is due happens in order', () => {
  const happened: [string, number][] = [];
  const note = (what: string) => () => { happened.push([what, seconds()]); };
  clock.at(2000, note('second'));
  clock.at(1000, note('first'));
  clock.at(2000, note('third'));
  clock.at(5000, note('later'));
  expect([happened, clock.date.now()]).toEqual([[], START]);
  clock.advance(3000);
  expect(happened).toEqual([['first', 1], ['second', 2], ['third', 2]]);
  expect(seconds()).toBe(3);
});

test('sleepers share the time, and only sleep makes it pass', async () => {
  const woken: [string, number][] = [];
  clock.at(1500, () => { woken.push(['event', seconds()]); });
  clock.at(60_000, () => { woken.push(['never', seconds()]); });
  const sleep = async (name: string, ...waits: number[]) => {
    for (const wait of waits) {
      await clock.sleep(wait);
      woken.push([name, seconds()]);
    }
  };
  await Promise.all([sleep('one', 1000, 1000), sleep('other', 1700)]);
  expect(woken).toEqual([['one', 1], ['event', 1.5], ['other', 1.7], ['one', 2]]);
});

test('a watcher sees the moment that ends and the one that begins', () => {
  const seen: number[] = [];
  clock.watch(() => { seen.push(seconds()); });
  clock.at(1000, () => undefined);
  clock.advance(3000);
  expect(seen).toEqual([0, 1, 1, 3]);
});

test('a bucket gives what it holds, and then what is filled in', () => {
  const bucket = new TokenBucket(clock, 3, 2);
  const taken = () => [1, 2, 3, 4].filter(() => bucket.take()).length;
  expect(taken()).toBe(3);
  clock.advance(1000);
  expect(taken()).toBe(2);
  clock.advance(60_000);
  expect(taken()).toBe(3);
});
