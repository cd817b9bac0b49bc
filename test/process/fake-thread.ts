// A data thread with a gateway that does what the revision of its configuration says.
import { parentPort, workerData } from 'node:worker_threads';
import type { LoadedConfig } from '../../src/config/loaded.ts';
import { systemClock } from '../../src/core/index.ts';
import { SharedLedger } from '../../src/ledger/memory.ts';
import type { ThreadBirth } from '../../src/process/channel.ts';
import { type Driven, obey } from '../../src/process/threads/obey.ts';
import { BatchingOutbox } from '../../src/process/threads/outbox.ts';
import { packBatch } from '../../src/process/threads/packed-batch.ts';

const birth: ThreadBirth = workerData;
const port = parentPort;
if (port === null) throw new Error('runs as a worker thread only');

const outbox = new BatchingOutbox(
  (batch) => port.postMessage({ type: 'batch', packed: packBatch(batch) }),
  systemClock,
);
const ledger = new SharedLedger(birth.memory, birth.thread);
const prepared = new Map<number, string>();

function say(message: string): void {
  const source = `thread ${birth.thread}`;
  outbox.line({ time: 0, level: 'info', source, message, fields: undefined, record: undefined });
  outbox.flush();
}

const gateway: Driven = {
  async prepare(generation: number, { revision }: LoadedConfig) {
    prepared.set(generation, revision);
    if (revision === 'refused') throw Object.assign(new Error('no'), { problems: [{ where: 'here', message: 'no' }] });
    if (revision === 'refused by one' && birth.thread === 1) throw new Error('not here');
    if (revision === 'dies preparing') process.exit(7);
    if (revision === 'never ready') await new Promise(() => setInterval(() => undefined, 1e6));
    if (revision === 'blocks') for (;;);
    return { degraded: [] };
  },
  explain: async () => ({ wrong: 'not here' }),
  probe: async () => ({ wrong: 'not here' }),
  commit(generation: number) {
    const revision = prepared.get(generation);
    say(`serves ${revision}`);
    if (revision === 'holds a call') ledger.callStarted();
    if (revision === 'crashes') setImmediate(() => fail(`crash of ${birth.thread}`));
    if (revision === 'crashes once' && birth.thread === 0 && ledger.next('crashes') === 0) {
      ledger.callStarted();
      const atOnce = { kind: 'concurrency', amount: 1, window: undefined, burst: undefined } as const;
      const reserved = ledger.reserve([{ subject: 'crashes', limit: atOnce, amount: 1 }]);
      void reserved.then(() => setImmediate(() => fail('first crash')));
    }
  },
  async abandon(generation: number) {
    say(`abandons ${prepared.get(generation)}`);
  },
  async drain() {
    say('drained');
    if (prepared.values().next().value === 'never drains') await new Promise(() => undefined);
  },
};

function fail(message: string): never {
  throw new Error(message);
}

obey(port, gateway, outbox);
