// What a command is waiting for, told on a line of its own once it takes longer than a second, where a person looks on. The
// line is gone when the wait is over: what the command prints stays the same.
import { type Clock, systemClock } from '../core/index.ts';
import type { Terminal } from './terminal.ts';

const patienceMs = 1000;
const stepMs = 200;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** `words`: "asking api.example.com". With what `work` resolves or rejects with. */
export async function withProgress<Result>(
  terminal: Terminal,
  words: string,
  work: Promise<Result>,
  clock: Clock = systemClock,
): Promise<Result> {
  const { status } = terminal;
  if (status === undefined) return work;
  const started = clock.ticks();
  let frame = 0;
  let alarm = clock.after(patienceMs, function show() {
    const seconds = Math.floor((clock.ticks() - started) / 1000);
    status(`${frames[frame % frames.length]} ${words} (${seconds} s)`);
    frame += 1;
    alarm = clock.after(stepMs, show);
  });
  try {
    return await work;
  } finally {
    alarm.cancel();
    if (frame > 0) status(undefined);
  }
}
