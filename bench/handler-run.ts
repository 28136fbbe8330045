/** A function as Lambda runs it: loads the bundle, then answers the events that it is sent, with the SDK as it is. Arguments: the bundle, and whether its waits are cut short. */

const [bundle, hurry] = process.argv.slice(2);

/** The time-outs of the SDK's requests, which stay what they are. */
const TIME_OUTS = [3_000, 10_000];

interface Answered {
  readonly answer?: unknown;
  readonly error?: string;
  readonly ms: number;
  readonly mb: number;
}

console.log = () => undefined;
if (hurry) {
  const { setTimeout } = global;
  const { now } = Date;
  let skipped = 0;
  Date.now = () => now() + skipped;
  const sooner = (callback: () => void, milliseconds = 0) => {
    const isTimeOut = TIME_OUTS.includes(milliseconds);
    return setTimeout(() => {
      if (!isTimeOut) { skipped += milliseconds; }
      callback();
    }, isTimeOut ? milliseconds : milliseconds / 1_000);
  };
  global.setTimeout = sooner as typeof setTimeout;
}

// a handler without the framework in front of it answers CloudFormation itself
let response: unknown;
// eslint-disable-next-line @typescript-eslint/no-require-imports
require('node:https').request = (_: object, done: () => void) => ({
  on: () => undefined,
  write: (body: string) => { response = JSON.parse(body); },
  end: () => setImmediate(done),
});

async function answer(event: object): Promise<Answered> {
  const start = performance.now();
  try {
    response = undefined;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { handler } = require(bundle);
    const answered = await handler(event, { logStreamName: 'log', getRemainingTimeInMillis: () => 840_000 });
    return { answer: answered ?? response, ms: performance.now() - start, mb: process.resourceUsage().maxRSS / 1024 };
  } catch (error) {
    return { error: `${error}`, ms: performance.now() - start, mb: 0 };
  }
}

process.on('message', (event: object) => { void answer(event).then(answered => process.send!(answered)); });
