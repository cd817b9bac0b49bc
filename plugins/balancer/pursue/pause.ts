// Waiting on the gateway's clock, for as long as somebody waits for the answer.
import type { Clock } from 'portico';

/** Resolves when the time is over or `signal` aborts; whoever asks an upstream next is told that the call is gone. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      alarm.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const alarm = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

/** Between half of it and all of it: requests that failed together do not come back together. */
export function jittered(ms: number, random: () => number): number {
  return ms / 2 + (ms / 2) * random();
}
