// Whether an answer is one to give again: all of it came, and it ended as answers should.
import type { Call, Delta, FinishReason } from 'portico';

/** The limit of its length is the request's own, or the model's: it would end there again. */
const good: ReadonlySet<FinishReason> = new Set(['end', 'length', 'stop-string', 'tool', 'refusal']);

/** Asks to see the answer where that tells how it ended. The function says so once the call is done. */
export function judge(call: Call, eventStream: boolean): (body: Buffer) => boolean {
  if (call.operation !== 'chat') return eventStream ? () => true : isAnswer;
  let ended = false;
  let spoilt = false;
  call.watch((delta: Delta) => {
    if (delta.type === 'fault') spoilt = true;
    if (delta.type !== 'finish') return;
    ended = true;
    if (!good.has(delta.finish.reason)) spoilt = true;
  });
  return () => ended && !spoilt;
}

/** Some upstreams tell errors with status 200. */
function isAnswer(body: Buffer): boolean {
  try {
    const answer: unknown = JSON.parse(body.toString());
    return typeof answer === 'object' && answer !== null && (Reflect.get(answer, 'error') ?? null) === null;
  } catch {
    return false;
  }
}
