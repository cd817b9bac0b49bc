// The data thread's side: a fault in an answer is told, and is not the end of the thread.
import type { Gateway } from '../../gateway/gateway.ts';
import type { Answer, Asked } from './question.ts';

export async function answerQuestion(gateway: Pick<Gateway, 'explain' | 'probe'>, asked: Asked): Promise<Answer> {
  try {
    if (asked.what === 'explain') return { what: 'explain', explained: await gateway.explain(asked.question) };
    return { what: 'probe', result: await gateway.probe(asked.wish) };
  } catch (thrown) {
    return { what: 'failed', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}
