// Asks one target: again where the failure is one that passes, and with another beside it where it is slow to answer.
import type { Call, Operation, Outcome } from 'portico';
import type { Picked } from '../order/order.ts';
import { askBeside } from './beside.ts';
import { jittered, pause } from './pause.ts';
import type { Pursuit } from './pursuit.ts';
import type { Walk } from './walk.ts';

/** What became of it, and of whom: with a hedge it may be another target's. */
export interface Asked {
  readonly picked: Picked;
  readonly outcome: Outcome;
}

/** Operations on what an account keeps: a second try could make it twice. */
const kept: ReadonlySet<Operation> = new Set(['files', 'uploads', 'batches', 'caches', 'responses', 'opaque']);

/** `begun`: it has been asked once already. */
export async function ask(pursuit: Pursuit, picked: Picked, walk: Walk, begun?: Asked): Promise<Asked> {
  const { same } = pursuit.settings.retries;
  let asked = begun ?? (await askBeside(pursuit, picked, walk));
  // The credential is a new one: nothing was wrong with the upstream, so this is none of the retries.
  if (wantsAgain(asked, picked) && isRefreshed(asked.outcome)) asked = await askBeside(pursuit, picked, walk);
  for (let time = 0; time < same && wantsAgain(asked, picked) && mayRepeat(pursuit.call); time += 1) {
    const next = await again(pursuit, asked, time, walk);
    if (next === undefined) return asked;
    asked = next;
  }
  return asked;
}

/** The same target after a moment; undefined where that would not be wise. */
async function again(
  pursuit: Pursuit,
  { picked, outcome }: Asked,
  time: number,
  walk: Walk,
): Promise<Asked | undefined> {
  const { call, host, means, settings } = pursuit;
  const { backoff, maxBackoff } = settings.retries;
  const hint = outcome.ok ? undefined : outcome.retryAfterMs;
  const wait = hint ?? jittered(Math.min(maxBackoff, backoff * 2 ** time), means.random);
  if (wait > maxBackoff) return undefined;
  const end = pursuit.retry();
  if (end === undefined) return undefined;
  try {
    await pause(host.clock, wait, call.signal);
    // Others may have found out meanwhile that it is no use; but a rule may say to ask again what is put aside.
    const useless = picked.state === 'cooling' && !outcome.ok && outcome.cooled === undefined;
    return useless ? undefined : await askBeside(pursuit, picked, walk);
  } finally {
    end();
  }
}

function wantsAgain({ picked, outcome }: Asked, asked: Picked): boolean {
  return picked === asked && !outcome.ok && outcome.verdict === 'retry';
}

function mayRepeat(call: Call): boolean {
  return !kept.has(call.operation) || ['GET', 'HEAD'].includes(call.record().method);
}

function isRefreshed(outcome: Outcome): boolean {
  return !outcome.ok && outcome.refreshed === true;
}
