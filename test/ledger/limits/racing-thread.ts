// A thread that races others for limits, for threads.test.ts. Whoever starts it says what it does.
import { parentPort, workerData } from 'node:worker_threads';
import type { Claim, Grant, Limit } from '../../../src/core/index.ts';
import { SharedLedger } from '../../../src/ledger/memory.ts';

const { memory, thread, rounds, gate } = workerData as {
  memory: SharedArrayBuffer;
  thread: number;
  rounds: number;
  gate: SharedArrayBuffer;
};
const ledger = new SharedLedger(memory, thread);
const turns = new Int32Array(gate);
const total = { shape: 'fixed', unit: 'total', count: 1 } as const;
const requests: Limit = { kind: 'requests', amount: 10, window: total, burst: undefined };
const tokens: Limit = { kind: 'tokens', amount: 1000, window: total, burst: undefined };
const atOnce: Limit = { kind: 'concurrency', amount: 10, window: undefined, burst: undefined };
const closed: Limit = { kind: 'requests', amount: 1, window: total, burst: undefined };

/** All threads begin a round together. */
function meet(round: number): void {
  const threads = turns[0] ?? 0;
  if (Atomics.add(turns, round + 1, 1) + 1 === threads) Atomics.notify(turns, round + 1);
  for (;;) {
    const here = Atomics.load(turns, round + 1);
    if (here === threads) return;
    Atomics.wait(turns, round + 1, here);
  }
}

/** 25 requests at limits of 10, every third one with a claim that is refused: what is granted stays open. */
async function race(round: number): Promise<number> {
  const subject = `round:${round}`;
  const claims: Claim[] = [
    { subject, limit: requests, amount: 1 },
    { subject, limit: tokens, amount: 100 },
    { subject, limit: atOnce, amount: 1 },
  ];
  const spoiled = [...claims, { subject: 'closed', limit: closed, amount: 2 }];
  meet(round);
  const results = await Promise.all(
    Array.from({ length: 25 }, (_, index) => ledger.reserve(index % 3 === 0 ? spoiled : claims)),
  );
  return results.filter(({ granted }) => granted).length;
}

/** Takes and gives back without end: to be killed on the way. */
async function churn(): Promise<void> {
  const claims: Claim[] = [
    { subject: 'killed', limit: tokens, amount: 3 },
    { subject: 'killed', limit: atOnce, amount: 1 },
    { subject: 'killed too', limit: atOnce, amount: 1 },
  ];
  const open: Grant[] = [];
  for (let turn = 0; ; turn += 1) {
    const result = await ledger.reserve(claims);
    if (result.granted) open.push(result);
    if (open.length > 3 || !result.granted) open.shift()?.release();
    if (turn === 1000) parentPort?.postMessage('under way');
  }
}

if (rounds === 0) await churn();
const granted: number[] = [];
for (let round = 0; round < rounds; round += 1) granted.push(await race(round));
parentPort?.postMessage(granted);
