// What is explained is what happens, by all the ways a model's name may lead: the explanation is asked for first, then the
// request is made, twice each, for the second takes another turn.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, TestGateway } from '../../support/gateway.ts';
import { Upstream } from '../../support/upstream.ts';
import { group, ids } from '../models/map.ts';
import { chatPath, explained } from './asking.ts';

const turns = [{ role: 'user', content: 'hi' }];
const chat = (model: string, more: object = {}) => ({ model, messages: turns, ...more });
const messages = (model: string, more: object = {}) => ({ model, max_tokens: 4000, messages: turns, ...more });

interface Situation {
  readonly body: unknown;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `provider/account model`: put aside for 42 seconds. */
  readonly cool?: readonly string[];
}

const many = Array.from({ length: 500 }, (_, at) => `word${at}`).join(' ');
const situations: Readonly<Record<string, Situation>> = {
  'a listed name': { body: chat('small') },
  'a pin': { body: chat('acme/small') },
  'a pin to what the provider does not serve': { body: chat('acme/claude') },
  'nobody knows the name': { body: chat('nothing') },
  'an id that one account knows by another': { body: chat('renamed') },
  'another dialect': { body: chat('claude') },
  'another dialect, in pieces': { body: chat('claude', { stream: true }) },
  'from Messages to the other': { body: messages('small'), path: '/v1/messages' },
  'from Messages to Gemini': { body: messages('gem'), path: '/v1/messages' },
  'from Responses': { body: { model: 'claude', input: 'hi' }, path: '/v1/responses' },
  'from Gemini': {
    body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
    path: '/v1beta/models/small:generateContent',
  },
  'a group in turn': { body: chat('in-turn') },
  'a group by weight': { body: chat('by-weight') },
  'a group that sticks': { body: chat('sticks', { user: 'ada' }) },
  'a group of the least used': { body: chat('least-used') },
  'a group of the least busy': { body: chat('least-busy') },
  'a group of the cheapest': { body: chat('cheapest') },
  'a group in a group': { body: chat('outer') },
  'a wildcard': { body: chat('team-small') },
  'a wildcard to nowhere': { body: chat('team-nothing') },
  'a thinking suffix': { body: chat('claude(high)') },
  'a thinking suffix on an alias': { body: messages('alias(2048)'), path: '/v1/messages' },
  'a thinking suffix that is none': { body: chat('small(hihg)') },
  'what a target sets': { body: chat('sets', { temperature: 1, user: 'ada' }) },
  'what a target sets, translated': { body: messages('sets'), path: '/v1/messages' },
  'a condition on tools': {
    body: chat('by-need', { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] }),
  },
  'a condition on tokens': { body: chat('by-need', { messages: [{ role: 'user', content: many }] }) },
  'a condition on a header': { body: chat('by-need'), headers: { 'x-tier': 'free' } },
  'no condition holds': { body: chat('by-need') },
  'a condition that holds for accounts that may not': { body: chat('may-not') },
  'the accounts of a target': { body: chat('only-b') },
  'a route that is bound': { body: chat('small'), path: `/bound${chatPath}` },
  'a route that is bound to others': { body: chat('claude'), path: `/bound${chatPath}` },
  'a route that reaches one provider': { body: chat('claude'), path: `/claude${chatPath}` },
  'a name that the route does not reach': { body: chat('small'), path: `/claude${chatPath}` },
  'a count of tokens': { body: messages('claude'), path: '/v1/messages/count_tokens' },
  'an operation that nobody offers': { body: { model: 'claude', input: 'hi' }, path: '/v1/embeddings' },
  'a body that is no JSON': { body: '{bad' },
  'no model': { body: { messages: turns } },
  'a path that nobody has': { body: chat('small'), path: '/nowhere/at/all/v9' },
  'what one dialect cannot say': { body: chat('claude', { n: 3 }) },
  'what one of two dialects cannot say': { body: chat('in-turn', { n: 3 }) },
  'one dialect cannot say it, and the other cools': {
    body: chat('outer', { n: 3 }),
    cool: ['acme/a small', 'acme/b small'],
  },
  'the first of a group cools': { body: chat('in-turn'), cool: ['claude/main claude'] },
  'all of a group cool': {
    body: chat('in-turn'),
    cool: ['claude/main claude', 'gem/main gem', 'acme/a small', 'acme/b small'],
  },
  'who a conversation sticks to cools': {
    body: chat('sticks', { user: 'ada' }),
    cool: ['gem/main gem', 'acme/a small'],
  },
  'what an account knows by another id cools': { body: chat('renamed'), cool: ['acme/a deployment'] },
  'an account cools for another model': { body: chat('renamed'), cool: ['acme/a small'] },
  'the accounts of a target cool': { body: chat('only-b'), cool: ['acme/b small'] },
};

const answers: readonly (readonly [RegExp, unknown])[] = [
  [/count_tokens/, { input_tokens: 3 }],
  [/messages/, { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], stop_reason: 'end_turn' }],
  [/generateContent/, { candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] }],
  [/./, { id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' } }] }],
];

const clock = new HandClock();
let upstream: Upstream;
let gateway: TestGateway;
before(async () => {
  upstream = await Upstream.start((res, { path }) => {
    const [, answer] = answers.find(([pattern]) => pattern.test(path)) ?? [];
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(answer));
  });
  const { url } = upstream;
  gateway = await TestGateway.start(
    {
      providers: [
        {
          name: 'acme',
          url,
          dialects: ['openai-chat'],
          models: ids('small', 'renamed'),
          accounts: [
            account('a', url, { tags: ['eu'], rename: { renamed: 'deployment' } }),
            account('b', url, { exclude: ['renamed'] }),
          ],
        },
        { name: 'claude', url, dialects: ['anthropic-messages'], models: ids('claude') },
        { name: 'gem', url, dialects: ['gemini'], models: ids('gem') },
      ],
      models: [
        group('alias', ['claude']),
        group('in-turn', ['small', 'claude', 'gem'], { strategy: 'round-robin' }),
        group('by-weight', [{ model: 'small', weight: 2 }, 'claude'], { strategy: 'weighted' }),
        group('sticks', ['small', 'claude', 'gem'], { strategy: 'sticky' }),
        group('least-used', ['small', 'claude', 'gem'], { strategy: 'least-used' }),
        group('least-busy', ['small', 'claude', 'gem'], { strategy: 'least-busy' }),
        group('cheapest', ['small', 'claude', 'gem'], { strategy: 'cheapest' }),
        group('outer', ['in-turn', 'claude'], { strategy: 'round-robin' }),
        group('team-*', ['acme/*']),
        group('sets', [{ model: 'small', set: { temperature: 0, user: null, seed: 7 } }]),
        group(
          'by-need',
          [
            { model: 'small', when: 'tools > 0' },
            { model: 'claude', when: 'tokens > 300' },
            { model: 'gem', when: 'headers[?"x-tier"].orValue("") == "free"' },
          ],
          { strategy: 'conditional' },
        ),
        group('may-not', [
          { model: 'small', when: 'tools == 0', accounts: ['claude'] },
          { model: 'gem', when: 'json' },
        ]),
        group('only-b', [{ model: 'small', accounts: ['acme/b'] }]),
      ],
      routes: [
        { name: 'root' },
        { name: 'bound', paths: ['/bound'], accounts: ['tag:eu'] },
        { name: 'claude', paths: ['/claude'], providers: ['claude'] },
      ],
      plugins: [
        pluginEntry('auth', { query: true }),
        pluginEntry('translator'),
        pluginEntry('balancer', { strategy: 'round-robin' }),
      ],
    },
    clock,
  );
});
after(async () => {
  await gateway[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

for (const [name, situation] of Object.entries(situations)) {
  test(name, async () => {
    // What cooled before is due for a trial now.
    clock.advance(86_400_000);
    for (const one of situation.cool ?? []) cool(one);
    for (let turn = 0; turn < 2; turn += 1) await agrees(situation);
  });
}

async function agrees({ body, path = chatPath, headers = {} }: Situation): Promise<void> {
  const [asked, recorded] = [upstream.requests.length, gateway.records.length];
  const { verdict, upstream: shown, candidates } = await explained(gateway, body, { path, headers });
  assert.deepEqual([upstream.requests.length, gateway.records.length], [asked, recorded]);
  const answer = await gateway.post(path, body, { headers });
  const text = await answer.text();
  await gateway.recorded(recorded + 1);
  const record = gateway.records[recorded];
  if (verdict.outcome === 'refused') {
    assert.deepEqual([answer.status, record?.error], [verdict.status, verdict.code], text);
    assert.equal(upstream.requests.length, asked);
    const retry = verdict.retryAfterMs === undefined ? null : String(Math.ceil(verdict.retryAfterMs / 1000));
    assert.equal(answer.headers.get('retry-after'), retry);
    if (candidates.length === 0) assert.ok(text.includes(JSON.stringify(verdict.message).slice(1, -1)), text);
    return;
  }
  assert.equal(verdict.outcome, 'sent');
  const attempts = record?.attempts ?? [];
  const { provider, account: name, model } = attempts.at(-1) ?? {};
  assert.deepEqual([provider, name, model], [verdict.provider, verdict.account, verdict.model], text);
  // Who could not be told the request was an attempt all the same: nobody was called.
  const before = attempts.flatMap((each) => [...(each.passed ?? []), each]).slice(0, -1);
  const first = candidates.findIndex(({ skipped }) => skipped === undefined);
  assert.deepEqual(before.map(place), candidates.slice(0, first).map(place));
  const seen = upstream.requests[asked];
  assert.deepEqual(JSON.parse(seen?.body.toString() ?? ''), shown?.body);
  assert.equal(new URL(shown?.url ?? '').pathname, seen?.path.split('?')[0]);
}

function place({ provider, account: name }: { readonly provider: string; readonly account: string }): string {
  return `${provider}/${name}`;
}

function cool(one: string): void {
  const [, provider = '', name = '', model] = /^(.+)\/(.+) (.+)$/.exec(one) ?? [];
  const watch = gateway.ledger.health.begin({ provider, account: name, model, priority: 0, weight: 1, credential: '' });
  watch.cool({ cause: 'rate-limit', scope: 'model', status: 429, hintMs: 42_000, firstMs: 1000, mostMs: 60_000 });
  watch.end();
}
