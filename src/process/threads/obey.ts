// The data thread's side of the channel: does what the control thread says and answers.
import type { MessagePort } from 'node:worker_threads';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Problem } from '../../gateway/outbox.ts';
import { answerQuestion } from '../ask/answer-question.ts';
import type { ToControl, ToData } from '../channel.ts';
import type { AskedResponses } from './asked-responses.ts';
import type { HeldCredentials } from './held-credentials.ts';
import type { BatchingOutbox } from './outbox.ts';

/** What of a gateway the channel drives. */
export type Driven = Pick<Gateway, 'prepare' | 'commit' | 'abandon' | 'drain' | 'explain' | 'probe'>;

/** Listens on `port` for as long as the thread lives. What the gateway throws beyond `prepare` is the thread's end. */
export function obey(
  port: MessagePort,
  gateway: Driven,
  outbox: BatchingOutbox,
  responses?: AskedResponses,
  credentials?: HeldCredentials,
): void {
  const tell = (message: ToControl) => port.postMessage(message);
  const preparing = new Map<number, Promise<void>>();
  const steps = {
    prepare: async ({ generation, config }: ToData & { type: 'prepare' }) => {
      const answered = answerPrepare(gateway, generation, config).then(tell);
      preparing.set(generation, answered);
      await answered;
      preparing.delete(generation);
    },
    commit: async ({ generation }: ToData & { type: 'commit' }) => gateway.commit(generation),
    abandon: async ({ generation }: ToData & { type: 'abandon' }) => {
      tell({ type: 'retired', generation });
      // One that took too long is thrown away when it gets ready after all.
      await preparing.get(generation);
      await gateway.abandon(generation);
    },
    drain: async ({ deadline }: ToData & { type: 'drain' }) => {
      await gateway.drain(deadline);
      outbox.flush();
      tell({ type: 'drained' });
    },
    credentials: async ({ updates }: ToData & { type: 'credentials' }) => credentials?.take(updates),
    'refreshed-credential': async ({ ask, done }: ToData & { type: 'refreshed-credential' }) =>
      credentials?.answered(ask, done),
    ask: async ({ ask, asked }: ToData & { type: 'ask' }) =>
      tell({ type: 'answer', ask, answer: await answerQuestion(gateway, asked) }),
    'found-response': async ({ ask, found }: ToData & { type: 'found-response' }) => responses?.answered(ask, found),
  };
  port.on('message', (message: ToData) => {
    const step: (message: never) => Promise<void> = steps[message.type];
    step(message as never).catch(die);
  });
}

async function answerPrepare(
  gateway: Driven,
  generation: number,
  config: (ToData & { type: 'prepare' })['config'],
): Promise<ToControl> {
  try {
    const { degraded } = await gateway.prepare(generation, config);
    return { type: 'ready', generation, degraded };
  } catch (thrown) {
    return { type: 'failed', generation, problems: problemsOf(thrown) };
  }
}

/** Problems of a PrepareError, or the one problem of anything else. */
function problemsOf(thrown: unknown): readonly Problem[] {
  if (thrown instanceof Error && 'problems' in thrown && Array.isArray(thrown.problems)) return thrown.problems;
  return [
    { where: 'data thread', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) },
  ];
}

/** Thrown where no promise can swallow it: the thread ends, and the control thread replaces it. */
function die(thrown: unknown): void {
  setImmediate(() => {
    throw thrown;
  });
}
