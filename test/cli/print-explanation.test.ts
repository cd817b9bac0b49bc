// Of a thousand candidates the text names some, and always the one that would be asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printExplanation } from '../../src/cli/explain/print.ts';
import type { ExplainedCandidate, Explanation } from '../../src/gateway/explain/explanation.ts';

const blank: Explanation = {
  revision: 'r',
  time: 0,
  verdict: { outcome: 'sent', provider: 'up', account: 'a900', model: 'm' },
  match: undefined,
  key: undefined,
  request: undefined,
  plugins: [],
  model: undefined,
  candidates: [],
  skipped: [],
  skippedMore: 0,
  limits: [],
  upstream: undefined,
};

function candidate(index: number): ExplainedCandidate {
  return {
    provider: 'up',
    account: `a${index}`,
    model: 'm',
    priority: 0,
    weight: 1,
    translated: undefined,
    thinking: undefined,
    because: 'priority 0',
    standing: { state: 'usable' },
    skipped: index < 900 ? 'cooling 42 s after 429' : undefined,
    limits: [],
  };
}

test('the first are named, the one that would be asked, and the number of the others', () => {
  const candidates = Array.from({ length: 1000 }, (_, index) => candidate(index));
  const lines = printExplanation({ ...blank, candidates }, false).split('\n');
  assert.match(lines.find((line) => line.startsWith('candidates')) ?? '', / 1\. up\/a0 m .*passed over, cooling/);
  assert.ok(lines.some((line) => line.includes('> 901. up/a900 m (priority 0)')));
  assert.match(lines.at(-2) ?? '', /and 969 more: --json has them all$/);
  assert.equal(lines.length, 37);
});

test('a refusal says by whom, with which status, and when to try again', () => {
  const verdict = {
    outcome: 'refused',
    by: 'rate-limit',
    code: 'rate-limited',
    status: 429,
    message: 'Key ci: 60 requests per minute are used up.',
    retryAfterMs: 11_500,
  } as const;
  const [first, second] = printExplanation({ ...blank, verdict }, false).split('\n');
  assert.equal(first, 'would be refused by rate-limit: 429 rate-limited (again in 12 s)');
  assert.equal(second, verdict.message);
});

test("a key that nobody asks for is not the request's", () => {
  const lines = printExplanation(blank, false, 'ci').split('\n');
  assert.ok(lines.includes('key       none: nothing that was reached asks for ci'), lines.join('\n'));
  assert.ok(printExplanation({ ...blank, key: 'ci' }, false, 'ci').includes('key       ci'));
});

test('names that a client has chosen neither move the cursor nor pass for lines of the gateway', () => {
  const evil = 'm\u001b[31m\nwould be sent to bank\r\u202eb\u009b2J';
  const upstream = { provider: 'up', account: 'a900', method: 'POST', url: `http://up.example/${evil}` };
  const told = printExplanation(
    {
      ...blank,
      verdict: { outcome: 'sent', provider: 'up', account: 'a900', model: evil },
      request: { model: evil, stream: false, bytes: 1 },
      candidates: [{ ...candidate(900), model: evil }],
      upstream: { ...upstream, headers: { 'x-id': evil }, body: { model: evil }, dropped: [], notes: [] },
    },
    false,
  );
  assert.doesNotMatch(told, /[[\p{Cc}--\n]\u202e]/v);
  assert.equal(told.split('\n').filter((line) => line.startsWith('would be sent to')).length, 1);
});
