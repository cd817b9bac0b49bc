// A data thread answers questions; its faults are told and are not its end, and no secret leaves with an answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProbeWish } from '../../../src/gateway/probe/probed.ts';
import { answerQuestion } from '../../../src/process/ask/answer-question.ts';
import { cleaned } from '../../../src/process/ask/cleaned.ts';

const wish: ProbeWish = { provider: 'up', account: 'a', model: undefined, timeout: 1 };
const question = {
  listener: undefined,
  method: 'GET',
  path: '/',
  headers: {},
  ip: '',
  key: undefined,
  body: undefined,
};

const gateway = {
  explain: async () => ({ wrong: 'not here' }),
  probe: async () => {
    throw new Error('out of order');
  },
};

test('the answer is of the kind of the question', async () => {
  assert.deepEqual(await answerQuestion(gateway, { what: 'explain', question }), {
    what: 'explain',
    explained: { wrong: 'not here' },
  });
});

test('a fault is an answer too', async () => {
  const answer = await answerQuestion(gateway, { what: 'probe', wish });
  assert.ok(answer.what === 'failed');
  assert.match(answer.message, /^Error: out of order\n/);
});

test('secrets are taken out of texts and names, wherever they stand', () => {
  const clean = (text: string) => text.replaceAll('hunter2', '***');
  const dirty = { a: ['x hunter2', { hunter2: 1, b: 'hunter2' }], n: 5, t: true, no: null, un: undefined };
  assert.deepEqual(cleaned(dirty, clean), {
    a: ['x ***', { '***': 1, b: '***' }],
    n: 5,
    t: true,
    no: null,
    un: undefined,
  });
});
