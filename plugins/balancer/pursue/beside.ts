// Hedging: where a target has not answered in time another is asked beside it. The first success is the answer; the loser
// is cancelled, and given back if it had answered by then. Never more than two at once.
import type { Operation } from 'portico';
import type { Picked } from '../order/order.ts';
import type { Asked } from './ask.ts';
import type { Pursuit } from './pursuit.ts';
import type { Turn, Walk } from './walk.ts';

/** What leaves nothing behind at the account when it is asked twice. */
const harmless: ReadonlySet<Operation> = new Set([
  'chat',
  'completions',
  'embeddings',
  'count-tokens',
  'rerank',
  'moderations',
]);

interface Running {
  readonly picked: Picked;
  readonly stop: AbortController;
  readonly ended: Promise<Ended>;
}

interface Ended extends Asked {
  readonly running: Running | undefined;
}

export async function askBeside(pursuit: Pursuit, picked: Picked, walk: Walk): Promise<Asked> {
  const ms = hedgeOf(pursuit, picked);
  if (ms === 0) return { picked, outcome: await pursuit.call.attempt(picked.target) };
  const first = begin(pursuit, picked);
  if (await isLate(pursuit, first, ms)) {
    const end = pursuit.retry();
    const turn = end && walk.next();
    if (turn !== undefined) return raceWith(pursuit, first, turn).finally(end);
    end?.();
  }
  return first.ended;
}

/** Milliseconds; 0: never. Answers that the account keeps are not made twice. */
export function hedgeOf({ call, settings }: Pursuit, { hedge, target }: Picked): number {
  const ms = hedge ?? settings.hedge;
  if (ms === 0 || !harmless.has(call.operation)) return 0;
  return target.lane === undefined && call.dialect === 'openai-responses' ? 0 : ms;
}

function begin({ call }: Pursuit, picked: Picked): Running {
  const stop = new AbortController();
  const ended = call.attempt(picked.target, { signal: stop.signal }).then((outcome) => ({ picked, outcome, running }));
  const running: Running = { picked, stop, ended };
  return running;
}

async function isLate({ host }: Pursuit, { ended }: Running, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const alarm = host.clock.after(ms, () => resolve(undefined));
  try {
    return (await Promise.race([ended, promise])) === undefined;
  } finally {
    alarm.cancel();
  }
}

async function raceWith(pursuit: Pursuit, first: Running, { picked, end }: Turn): Promise<Asked> {
  const second = begin(pursuit, picked);
  const slower = ({ running }: Ended) => (running === first ? second : first);
  try {
    const ended = await Promise.race([first.ended, second.ended]);
    if (pursuit.settles(ended.outcome, ended.picked)) {
      giveUp(pursuit, slower(ended));
      return ended;
    }
    pursuit.note(ended.outcome, ended.picked);
    return await slower(ended).ended;
  } catch (error) {
    for (const running of [first, second]) giveUp(pursuit, running);
    throw error;
  } finally {
    end();
  }
}

function giveUp({ call }: Pursuit, { stop, ended }: Running): void {
  stop.abort();
  void Promise.allSettled([ended]).then(([end]) => {
    if (end.status === 'fulfilled' && end.value.outcome.ok) call.discard(end.value.outcome);
  });
}
