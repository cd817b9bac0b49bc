// Groups of models over real upstreams: which failures move on, and to whom.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { OnFailure } from '../../../src/core/index.ts';
import { json } from '../../support/upstream.ts';
import { balanced, body, chat, once, oops } from './balanced.ts';

const tooLong = json({ error: { message: 'too long', code: 'context_length_exceeded' } }, 400);
const filtered = json({ error: { message: 'no', code: 'content_filter', type: 'invalid_request_error' } }, 400);

describe('on:', async () => {
  const target = (model: string, on?: readonly OnFailure[]) => ({ model, weight: 1, on });
  const group = (name: string, ...targets: ReturnType<typeof target>[]) =>
    ({ name, strategy: 'fallback', hidden: false, targets }) as const;
  const balance = await balanced({
    accounts: { a: { provider: 'small' }, b: { provider: 'small' }, c: { provider: 'large' } },
    settings: { retries: once },
    wanted: {
      models: [
        group('any', target('small/model-a'), target('large/model-a')),
        group('longer', target('small/model-a', ['context-length']), target('large/model-a')),
        group('limits', target('small/model-a', ['429']), target('large/model-a')),
      ],
    },
  });
  after(() => balance[Symbol.asyncDispose]());
  const ask = async (model: string) => {
    balance.asked('small');
    balance.asked('large');
    const { status } = await balance.portico.post(chat, { ...body, model });
    return `${status} ${balance.asked('small')} ${balance.asked('large')}`.trim();
  };

  test('a request that is too long is the caller’s affair where nothing is said', async () => {
    balance.answers('a', tooLong);
    assert.equal(await ask('any'), '400 a');
  });

  test('context-length: the next model is asked, no other account for the same', async () => {
    balance.answers('a', tooLong);
    assert.equal(await ask('longer'), '200 a c');
  });

  test('what on: does not name ends there, the second try at the same account aside', async () => {
    balance.answers('a', oops);
    assert.equal(await ask('limits'), '500 aa');
    balance.answers('a', filtered);
    assert.equal(await ask('longer'), '400 a');
  });

  test('without on: all accounts of the first model are tried before the next model', async () => {
    balance.answers('a', oops);
    balance.answers('b', oops);
    assert.equal(await ask('any'), '200 aabb c');
  });
});
