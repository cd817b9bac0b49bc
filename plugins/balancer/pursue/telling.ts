// Which of several failures the client is told.
import type { AttemptFailure, FailureKind } from 'portico';

/** What the client can act on comes first, then what passes, then what only the operator can mend. */
const ranks: Readonly<Record<FailureKind, number>> = {
  caller: 4,
  'context-length': 4,
  'content-policy': 4,
  'rate-limit': 3,
  server: 3,
  timeout: 3,
  connect: 3,
  untranslatable: 2,
  model: 2,
  auth: 1,
  gone: 0,
};

/** Of equals one that came from an upstream's own mouth, and of those the last. */
export function tellingOf(failures: readonly AttemptFailure[]): AttemptFailure | undefined {
  const most = Math.max(...failures.map(({ kind }) => ranks[kind]));
  const best = failures.filter(({ kind }) => ranks[kind] === most);
  const told = best.findLast(({ reply }) => reply !== undefined) ?? best.at(-1);
  if (told?.kind !== 'rate-limit' || told.reply !== undefined) return told;
  // It is worth trying again when the first of them has room.
  const waits = failures.map(({ retryAfterMs }) => retryAfterMs).filter((ms) => ms !== undefined);
  return waits.length === 0 ? told : { ...told, retryAfterMs: Math.min(...waits) };
}
