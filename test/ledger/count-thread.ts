// A thread that takes its turns at three cursors and starts and ends calls, for memory.test.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { SharedLedger } from '../../src/ledger/memory.ts';

const { memory, thread, turns } = workerData as { memory: SharedArrayBuffer; thread: number; turns: number };
const ledger = new SharedLedger(memory, thread);
const seen: Record<string, number[]> = { one: [], two: [], three: [] };
for (let turn = 0; turn < turns; turn += 1) {
  ledger.callStarted();
  for (const [name, numbers] of Object.entries(seen)) numbers.push(ledger.next(name));
  ledger.callEnded();
}
parentPort?.postMessage(seen);
