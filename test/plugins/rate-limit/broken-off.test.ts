// Wherever an upstream breaks off, whatever it broke off of: nothing stays reserved, for the client's limits and for the
// account's alike, and what counts is what was put out.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readLimits, systemClock } from '../../../src/core/index.ts';
import { account } from '../../support/gateway.ts';
import { type Answer, chunk, json, Upstream } from '../../support/upstream.ts';
import { ask, asked, start, usage, used } from './limited.ts';

const limits = { requests: '1k/total', tokens: '100k/total', concurrency: 10 };
const words = 'The capital of France is Paris, on the Seine. ';
const delta = (content: string, finish: string | null = null) =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
const role = chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
const end = `${chunk({ choices: [], usage })}data: [DONE]\n\n`;
const whole = JSON.stringify({ choices: [{ message: { role: 'assistant', content: words.repeat(4) } }], usage });

/** Writes this much and breaks the connection. */
function cutAfter(text: string, type = 'text/event-stream'): Answer {
  return (res) => {
    res.writeHead(200, { 'content-type': type });
    res.flushHeaders();
    if (text === '') setImmediate(() => res.destroy());
    else res.write(text, () => setImmediate(() => res.destroy()));
  };
}

const nothing: readonly (readonly [string, Answer])[] = [
  ['before its head', (res) => void res.destroy()],
  ['behind its head', cutAfter('')],
  ['within its first event', cutAfter(role.slice(0, 20))],
  ['behind events that say nothing', cutAfter(role)],
  ['within a whole answer', cutAfter(whole.slice(0, 40), 'application/json')],
];
const something: readonly (readonly [string, Answer])[] = [
  ['behind its first word', cutAfter(role + delta(words))],
  ['within an event', cutAfter(role + delta(words) + delta(words).slice(0, 30))],
  ['before it said why it ended', cutAfter(role + delta(words).repeat(3))],
  ['before it said what it used', cutAfter(role + delta(words).repeat(3) + delta('', 'stop'))],
];

describe('an upstream that breaks off', async () => {
  const upstream = await Upstream.start(json({ usage }));
  after(() => upstream[Symbol.asyncDispose]());

  async function usedOf(answer: Answer, stream: boolean) {
    upstream.answer = answer;
    const accounts = [account('a', upstream.url, { limits: readLimits(limits) })];
    const providers = [{ name: 'up', url: upstream.url, accounts }];
    await using portico = await start(upstream, { key: limits, providers }, systemClock);
    const before = portico.records.length;
    const response = await portico.post('/v1/chat/completions', { ...asked, stream }).catch(() => undefined);
    await response?.text().catch(() => undefined);
    await portico.recorded(before + 1);
    return {
      key: await used(portico, 'key:test', limits),
      account: await used(portico, 'account:up/a', limits),
    };
  }

  for (const [where, answer] of nothing) {
    test(`${where} has used no tokens and holds no place`, async () => {
      const { key, account: own } = await usedOf(answer, !where.includes('whole'));
      assert.deepEqual([key[1], key[2], own[1], own[2]], [0, 0, 0, 0]);
      assert.equal(key[0], 1);
      assert.ok((own[0] ?? 0) >= 1);
    });
  }

  for (const [where, answer] of something) {
    test(`${where} has used what it put out, estimated, and holds no place`, async () => {
      const { key, account: own } = await usedOf(answer, true);
      assert.ok((key[1] ?? 0) > 15 && (key[1] ?? 0) < 150, `${key[1]} tokens`);
      assert.deepEqual([key[0], key[2], own[1], own[2]], [1, 0, key[1], 0]);
    });
  }

  test('behind what it used has used that', async () => {
    const { key, account: own } = await usedOf(
      cutAfter(role + delta(words) + delta('', 'stop') + end.split('data: [')[0]),
      true,
    );
    assert.deepEqual(
      [key, own],
      [
        [1, 120, 0],
        [1, 120, 0],
      ],
    );
  });
});

test('an answer that says nothing, not even what it used, is not billed; one that reports is billed what it reports', async () => {
  await using upstream = await Upstream.start(json({}));
  const cost = { ...limits, cost: '5 USD/day' };
  for (const [reported, tokens] of [
    [undefined, 0],
    [{ prompt_tokens: 9, completion_tokens: 0, total_tokens: 9 }, 9],
  ] as const) {
    for (const stream of [false, true]) {
      const message = { role: 'assistant', content: '' };
      upstream.answer = stream
        ? (res) => {
            const last = chunk({ choices: [], usage: reported ?? null });
            res
              .writeHead(200, { 'content-type': 'text/event-stream' })
              .end(`${role}${delta('', 'stop')}${last}data: [DONE]\n\n`);
          }
        : json({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage: reported });
      await using portico = await start(upstream, { key: cost });
      assert.equal((await ask(portico, { ...asked, stream })).status, 200);
      assert.deepEqual(await used(portico, 'key:test', cost), [1, tokens, tokens * 2, 0], `${stream} ${tokens}`);
    }
  }
});

test('a hundred at once never pass a limit of ten, of whatever kind, and the rest take nothing', async () => {
  let running = 0;
  let most = 0;
  const open: (() => void)[] = [];
  await using upstream = await Upstream.start((res) => {
    running += 1;
    most = Math.max(most, running);
    open.push(() => {
      running -= 1;
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ usage }));
    });
  });
  const cases = [
    [{ concurrency: 10 }, 10],
    [{ requests: '10/m' }, 10],
    [{ rate: { limit: '1/m', burst: 10 } }, 10],
    [{ tokens: '10k/m' }, 10],
  ] as const;
  for (const [key, expected] of cases) {
    const beside = { requests: '1k/h' };
    await using portico = await start(upstream, {
      key: { ...key, concurrency: 10 },
      route: beside,
      settings: { reserveOutput: 900 },
    });
    upstream.requests.length = 0;
    const statuses = Array.from({ length: 100 }, async () => {
      const response = await portico.post('/v1/chat/completions', asked);
      await response.text();
      return response.status;
    });
    while (open.length < expected || portico.records.length < 100 - expected)
      await new Promise((turn) => setImmediate(turn));
    assert.equal(open.length, expected);
    for (const finish of open.splice(0)) finish();
    const told = await Promise.all(statuses);
    assert.equal(told.filter((status) => status === 200).length, expected);
    assert.deepEqual(await used(portico, 'route:root', beside), [expected]);
  }
  assert.equal(most, 10);
});
