// A thread that begins, ends, fails and reads attempts as fast as it can, for threads.test.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock, type Target } from '../../../src/core/index.ts';
import { reasonOf, writeAside } from '../../../src/ledger/health/aside.ts';
import { keysOf } from '../../../src/ledger/health/identity.ts';
import { readStanding } from '../../../src/ledger/health/stand.ts';
import { openTable } from '../../../src/ledger/health/table.ts';
import { SharedLedger } from '../../../src/ledger/memory.ts';

const { memory, offset, thread, turns, targets } = workerData as {
  memory: SharedArrayBuffer;
  /** Where in it the table lies. */
  offset: number;
  thread: number;
  /** 0: without end, to be killed on the way. */
  turns: number;
  targets: readonly Target[];
};
const { health } = new SharedLedger(memory, thread);
const { slots, locks } = openTable(memory, offset, thread, systemClock);
const written = keysOf(targets[0] ?? never()).model;
const watched = { aside: false, about: 0, level: 0, until: 0, since: 0, trial: 0, trialEnds: 0 };
const torn: string[] = [];
let begun = 0;

function never(): never {
  throw new Error('no such target');
}

/** Every part of a cooldown says the same number. */
function write(number: number): void {
  if (!locks.take(written.group)) return;
  const slot = slots.place(written, Date.now());
  const reason = { cause: 'rule', scope: 'model', status: number } as const;
  writeAside(slots, slot, { ...reason, since: number, until: number * 2 ** 33, level: number });
  locks.free(written.group);
}

function read(): void {
  const slot = slots.find(written);
  if (slot < 0 || !readStanding(slots, slot, watched) || !watched.aside) return;
  const { until, since, level, about } = watched;
  if (until !== since * 2 ** 33 || level !== since || reasonOf(about).status !== since) torn.push(`${until} ${since}`);
}

/** Some attempts fail, some are answered, most say nothing. */
function attempt(turn: number): void {
  const watch = health.begin(targets[1 + ((turn + thread) % 2)] ?? never());
  begun += 1;
  if (turn % 5 === 0)
    watch.cool({ cause: 'rule', scope: 'model', status: 400, hintMs: undefined, firstMs: 1, mostMs: 20 });
  else if (turn % 5 === 1) watch.answered(10);
  else if (turn % 5 === 2) watch.failed({ failures: 3, windowMs: 1_000, openMs: 1, mostMs: 20 }, 500);
  watch.end();
}

for (let turn = 0; turns === 0 || turn < turns; turn += 1) {
  attempt(turn);
  write(100 + (turn % 500));
  read();
  if (turn === 1_000 && turns === 0) parentPort?.postMessage('under way');
}
parentPort?.postMessage({ begun, torn: torn.slice(0, 5) });
