// Entry of a data thread. Whatever is thrown and not caught here ends the thread, never the process: the control thread
// sees it die and starts another.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../core/index.ts';
import { Gateway } from '../../gateway/gateway.ts';
import { SharedLedger } from '../../ledger/memory.ts';
import type { ThreadBirth, ToControl } from '../channel.ts';
import { AskedResponses } from './asked-responses.ts';
import { startHeart } from './heart.ts';
import { HeldCredentials } from './held-credentials.ts';
import { obey } from './obey.ts';
import { BatchingOutbox } from './outbox.ts';
import { packBatch } from './packed-batch.ts';
import { startPulse } from './pulse.ts';

const port = parentPort;
if (port === null) throw new Error('data-thread.ts runs as a worker thread only');

const birth: ThreadBirth = workerData;
const tell = (message: ToControl) => port.postMessage(message);
const outbox = new BatchingOutbox((batch) => tell({ type: 'batch', packed: packBatch(batch) }), systemClock);
const ledger = new SharedLedger(birth.memory, birth.thread, systemClock, (change) => outbox.health(change));
const responses = new AskedResponses(tell, systemClock);
const credentials = new HeldCredentials(tell, systemClock);
const gateway = new Gateway({
  thread: birth.thread,
  ledger,
  clock: systemClock,
  outbox,
  reusePort: birth.reusePort,
  responses,
  credentials,
  onRetired: (generation) => tell({ type: 'retired', generation }),
});

// The last words of a dying thread still leave.
process.on('uncaughtExceptionMonitor', () => outbox.flush());
startHeart(ledger, systemClock);
startPulse(
  systemClock,
  () => gateway.connections(),
  (pulse) => tell({ type: 'pulse', pulse }),
);
obey(port, gateway, outbox, responses, credentials);
