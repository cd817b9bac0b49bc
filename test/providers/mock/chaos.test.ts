// Failures by chance: as many as were asked for, the same ones every time, and only whom they are meant for.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { type ChaosRule, chaosOf } from '../../../providers/mock/chaos.ts';
import { startPortico } from '../../e2e/portico.ts';
import { fencedBlocks } from '../../structure/tree.ts';
import { HandClock } from '../../support/clock.ts';
import { listen } from './listen.ts';

const body = { model: 'mock-echo', stream: true, messages: [{ role: 'user', content: 'one two three four' }] };
const chat = '/v1/chat/completions';

function rule(what: ChaosRule['what'], more: Partial<ChaosRule> = {}): ChaosRule {
  return { what, share: 1, when: 'first-byte', after: 0, ...more };
}

function fates(rules: readonly ChaosRule[], count: number, seed = 1, account = 'a'): readonly boolean[] {
  const fate = chaosOf({ seed, rules });
  return Array.from({ length: count }, () => fate(account, 'mock-echo') !== undefined);
}

async function meets(more: ChaosRule, changes: object = {}): Promise<Response | string> {
  const mock = await listen({ chaos: { seed: 1, rules: [more] } });
  try {
    const response = await mock.post(chat, { ...body, ...changes });
    const text = await response.text();
    return new Response(text, { status: response.status, headers: response.headers });
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return 'broken';
  } finally {
    await mock[Symbol.asyncDispose]();
  }
}

describe('chance', () => {
  test('hits the share it was given, by seed and account', () => {
    for (const share of [0, 0.05, 0.3, 0.9, 1]) {
      const hits = fates([rule(500, { share })], 10_000).filter(Boolean).length;
      assert.ok(Math.abs(hits - share * 10_000) < 200, `${hits} of ${share}`);
    }
    const rules = [rule(500, { share: 0.5 })];
    assert.deepEqual(fates(rules, 100), fates(rules, 100));
    assert.notDeepEqual(fates(rules, 100), fates(rules, 100, 2));
    assert.notDeepEqual(fates(rules, 100), fates(rules, 100, 1, 'b'));
  });

  test('leaves the first alone, and stops after so many', () => {
    assert.deepEqual(fates([rule(500, { after: 2, times: 2 })], 6), [false, false, true, true, false, false]);
  });

  test('hits accounts and models it is meant for', () => {
    const fate = chaosOf({ seed: 1, rules: [rule(500, { account: ['b', 'c'], models: ['m'] })] });
    const met = (account: string, model: string) => fate(account, model) !== undefined;
    assert.deepEqual([met('a', 'm'), met('b', 'm'), met('c', 'n'), met('c', 'm')], [false, true, false, true]);
  });
});

describe('before the first byte', () => {
  test('a status comes with its hint', async () => {
    const response = (await meets(rule(429, { retryAfter: 3 }))) as Response;
    assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '3']);
  });

  test('the connection breaks, or what comes is no HTTP', async () => {
    assert.equal(await meets(rule('reset')), 'broken');
    assert.equal(await meets(rule('no-http')), 'broken');
  });

  test('somebody else answers, nothing is said, or the end comes at once', async () => {
    assert.match(await ((await meets(rule('malformed'))) as Response).text(), /^<html>/);
    const empty = await ((await meets(rule('empty'))) as Response).text();
    assert.match(empty, /"completion_tokens":0|\[DONE\]/);
    assert.doesNotMatch(empty, /"content":"\w/);
    assert.doesNotMatch(await ((await meets(rule('truncate'))) as Response).text(), /DONE|"content":"one/);
  });

  test('it takes as long as it should, or for ever', async () => {
    for (const [what, ms] of [
      ['slow', 1000],
      ['slow', 50],
      [500, 50],
      ['hang', undefined],
    ] as const) {
      const clock = new HandClock();
      const delay = ms === 50 ? { delay: 50 } : {};
      await using mock = await listen({ chaos: { seed: 1, rules: [rule(what, delay)] } }, clock);
      let answered = false;
      const asked = mock.post(chat, body).then((response) => {
        answered = true;
        return response.text();
      });
      const started = () => (ms === undefined ? fetch(mock.url) : waitFor(() => clock.waiting > 0));
      await started();
      clock.advance((ms ?? 1e9) - 1);
      assert.equal(answered, false);
      if (ms === undefined) {
        asked.catch(() => undefined);
        continue;
      }
      clock.advance(1);
      await asked;
    }
  });
});

describe('in the middle of a stream', () => {
  const late = { when: 'mid-stream' } as const;

  test('a status is the error event of the dialect, and of a whole answer its status', async () => {
    const text = await ((await meets(rule(529, late))) as Response).text();
    assert.match(text, /"content":"one"[\s\S]*"error"/);
    assert.doesNotMatch(text, /two|DONE/);
    assert.equal(((await meets(rule(529, late), { stream: false })) as Response).status, 529);
  });

  test('the connection breaks, ends too early, or says what cannot be read', async () => {
    assert.equal(await meets(rule('reset', late)), 'broken');
    for (const what of ['truncate', 'malformed'] as const) {
      const text = await ((await meets(rule(what, late))) as Response).text();
      assert.match(text, /"content":"one"/);
      assert.doesNotMatch(text, /two|DONE/);
      assert.equal(text.includes('"cont\n'), what === 'malformed');
    }
    const whole = await ((await meets(rule('malformed', late), { stream: false })) as Response).text();
    assert.throws(() => JSON.parse(whole));
  });

  test('nothing more comes', async () => {
    await using mock = await listen({ chaos: { seed: 1, rules: [rule('hang', late)] } });
    for (const stream of [true, false]) {
      const leaving = new AbortController();
      const response = await fetch(mock.url + chat, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, stream }),
        signal: leaving.signal,
      });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let text = '';
      while (!text.includes(stream ? '"one"' : '{')) text += Buffer.from((await reader.read()).value ?? []).toString();
      const more = reader.read().then(() => 'more');
      assert.equal(await Promise.race([more.catch(() => 'left'), fetch(mock.url).then(() => 'nothing')]), 'nothing');
      leaving.abort();
      await more.catch(() => undefined);
    }
  });
});

test('a model that means something, and the header, have the last word', async () => {
  await using mock = await listen({ chaos: { seed: 1, rules: [rule(500)] } });
  assert.equal((await mock.post(chat, { ...body, model: 'mock-error-418' })).status, 418);
  assert.equal((await mock.post(chat, body, 'error=451')).status, 451);
  assert.equal((await mock.post(chat, body)).status, 500);
});

test('the example of the README: one account fails, and no client sees it', { timeout: 60_000 }, async () => {
  const readme = fileURLToPath(new URL('../../../providers/mock/README.md', import.meta.url));
  const blocks = fencedBlocks(readFileSync(readme, 'utf8'), 'yaml');
  const example = blocks.find(({ text }) => text.includes('chaos:'))?.text ?? '';
  const key = 'sk-portico-chaos-0123456789abcdef01234567';
  const config = parse(example.replace(`${'$'}{env:CI_KEY}`, key));
  const closed = { host: '127.0.0.1', port: 0 };
  Object.assign(config, { listeners: [{ name: 'api', ...closed }], control: closed, logging: { level: 'error' } });
  const answersOf = async (settings: object) => {
    await using portico = await startPortico(stringify(settings));
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const seen = new Set<string>();
    const ask = async () => {
      const response = await fetch(portico.url + chat, { method: 'POST', headers, body: JSON.stringify(body) });
      seen.add(`${response.status} ${(await response.text()).includes('[DONE]')}`);
    };
    for (let round = 0; round < 6; round += 1) await Promise.all(Array.from({ length: 10 }, ask));
    return seen;
  };
  assert.deepEqual(await answersOf(config), new Set(['200 true']));
  config.providers[0].accounts.pop();
  assert.ok((await answersOf(config)).size > 1, 'without the spare account the client sees failures');
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
