// Answers what a data thread wants to know of kept responses. Never rejects: the thread waits for an answer.
import { GatewayError } from '../../core/index.ts';
import type { KeptResponses } from '../../gateway/responses/kept.ts';
import type { Found, Wish } from '../channel.ts';

export async function answerWish(responses: KeptResponses | undefined, wish: Wish): Promise<Found> {
  if (responses === undefined) return { failed: true };
  const { owner, id } = wish;
  try {
    if (wish.what === 'chain') return { responses: await responses.chain(owner, id, wish.until) };
    if (wish.what === 'forget') return { forgotten: await responses.forget(owner, id) };
    const found = await responses.find(owner, id);
    return { responses: found === undefined ? undefined : [found] };
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.code === 'body-too-large') return { tooLong: true };
    // The keeper tells the log of a store that fails.
    return { failed: true };
  }
}
