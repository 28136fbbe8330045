/** After these times the SDK takes a call for lost. */
const TIME_OUTS = [2_000, 3_000, 9_000, 10_000];

/** What the SDK waits before it repeats a call takes no time worth mentioning; the handler's waits are on the clock of the stand-in. */
export function hurry(): void {
  const setTimeout = global.setTimeout;
  const sooner = (callback: () => void, milliseconds = 0) =>
    setTimeout(callback, TIME_OUTS.includes(milliseconds) ? milliseconds : milliseconds / 1000);
  jest.spyOn(global, 'setTimeout').mockImplementation(sooner as typeof setTimeout);
}
