// A question about a request to a gateway under test, with the rest of it as most tests want it.
import assert from 'node:assert/strict';
import type { Explanation, Question } from '../../../src/gateway/explain/explanation.ts';
import type { TestGateway } from '../../support/gateway.ts';

export const chatPath = '/v1/chat/completions';

export function questionOf(body: unknown, changes: Partial<Question> = {}): Question {
  return {
    listener: undefined,
    method: body === undefined ? 'GET' : 'POST',
    path: chatPath,
    headers: {},
    ip: '127.0.0.1',
    key: 'test',
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    ...changes,
  };
}

export async function explained(
  test: TestGateway,
  body: unknown,
  changes: Partial<Question> = {},
): Promise<Explanation> {
  const answer = await test.gateway.explain(questionOf(body, changes));
  assert.ok('explanation' in answer, 'wrong' in answer ? answer.wrong : '');
  return answer.explanation;
}
