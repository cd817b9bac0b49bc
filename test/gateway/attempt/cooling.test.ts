// What each failure of an upstream puts aside, for how long, and what may be tried next: the table of docs/failures.md,
// line by line, in the caller's own dialect and in another.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HandClock } from '../../support/clock.ts';
import { type Answer, chunk, events, json, Upstream } from '../../support/upstream.ts';
import { asked, type Rig, rigOf, targetAt } from './rig.ts';

const minute = 60_000;
const error = (message: string, more = {}) => ({ error: { message, ...more } });
const answer = (status: number, body: unknown = error('no'), headers: Record<string, string> = {}) =>
  json(body, status, headers);
const inMinutes = (now: number, minutes: number) => new Date(now + minutes * minute).toISOString();
const start = 1_700_000_000_000;

/** Failure and status, verdict, and what is put aside for how many milliseconds. */
type Expected = readonly [failure: string, verdict: string, aside?: string];

const table: Readonly<Record<string, readonly [Answer, Expected]>> = {
  '400': [answer(400), ['caller (400)', 'stop']],
  '404 without a word of the model': [answer(404), ['caller (404)', 'stop']],
  '409': [answer(409), ['caller (409)', 'stop']],
  '413': [answer(413), ['caller (413)', 'stop']],
  '415': [answer(415), ['caller (415)', 'stop']],
  '422': [answer(422), ['caller (422)', 'stop']],
  'a prompt that is too long': [
    answer(400, error("This model's maximum context length is 4096 tokens.", { code: 'context_length_exceeded' })),
    ['context-length (400)', 'stop'],
  ],
  'a prompt that is too long, in the words of another dialect': [
    answer(400, {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    }),
    ['context-length (400)', 'stop'],
  ],
  'a prompt that is too long, in those of a third': [
    answer(400, {
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      },
    }),
    ['context-length (400)', 'stop'],
  ],
  'a prompt that is too long, told with 413': [
    answer(413, error('Input is too long for requested model.')),
    ['context-length (413)', 'stop'],
  ],
  'content that a filter does not let through': [
    answer(400, error('Filtered.', { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } })),
    ['content-policy (400)', 'stop'],
  ],
  'content that is not allowed': [
    answer(400, error('Flagged.', { code: 'content_policy_violation' })),
    ['content-policy (400)', 'stop'],
  ],
  '401': [answer(401), ['auth (401)', 'next', 'account credentials 1800000']],
  'a bad key told with 400': [
    answer(400, error('API key not valid. Please pass a valid API key.')),
    ['auth (400)', 'next', 'account credentials 1800000'],
  ],
  '402': [answer(402), ['auth (402)', 'next', 'account forbidden 1800000']],
  '403': [answer(403), ['auth (403)', 'next', 'account forbidden 1800000']],
  'money used up': [
    answer(429, error('You exceeded your current quota.', { code: 'insufficient_quota' })),
    ['auth (429)', 'next', 'account forbidden 1800000'],
  ],
  '404 of a model': [
    answer(404, error('The model `x` does not exist', { code: 'model_not_found' })),
    ['model (404)', 'next', 'model model 600000'],
  ],
  '408': [answer(408), ['timeout (408)', 'retry']],
  '500': [answer(500), ['server (500)', 'retry']],
  '502': [answer(502), ['server (502)', 'retry']],
  '504': [answer(504), ['server (504)', 'retry']],
  '501': [answer(501), ['server (501)', 'next']],
  '503': [answer(503), ['server (503)', 'next', 'model unavailable 60000']],
  '503 with a time': [
    answer(503, error('no'), { 'retry-after': '300' }),
    ['server (503)', 'next', 'model unavailable 300000'],
  ],
  '529': [answer(529), ['server (529)', 'next', 'model overloaded 60000']],
  '500 that says overloaded': [
    answer(500, error('x', { type: 'overloaded_error' })),
    ['server (500)', 'next', 'model overloaded 60000'],
  ],
  '429': [answer(429), ['rate-limit (429)', 'next', 'model rate-limit 1000']],
  '429 with seconds': [
    answer(429, error('no'), { 'retry-after': '42' }),
    ['rate-limit (429)', 'next', 'model rate-limit 42000'],
  ],
  '429 with milliseconds': [
    answer(429, error('no'), { 'retry-after-ms': '1500', 'retry-after': '9' }),
    ['rate-limit (429)', 'next', 'model rate-limit 1500'],
  ],
  '429 for longer than anybody waits': [
    answer(429, error('no'), { 'retry-after': '86400' }),
    ['rate-limit (429)', 'next', 'model rate-limit 1800000'],
  ],
  '429 with RetryInfo': [
    answer(429, error('no', { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '39s' }] })),
    ['rate-limit (429)', 'next', 'model rate-limit 39000'],
  ],
  '429 with limits, one of them used up': [
    answer(429, error('no'), {
      date: new Date(start).toUTCString(),
      'anthropic-ratelimit-requests-remaining': '7',
      'anthropic-ratelimit-requests-reset': inMinutes(start, 20),
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': inMinutes(start, 2),
    }),
    ['rate-limit (429)', 'next', 'model rate-limit 120000'],
  ],
  '429 with a time that is over': [
    answer(429, error('no'), { 'retry-after': '0', 'x-ratelimit-reset-tokens': '0s' }),
    ['rate-limit (429)', 'next', 'model rate-limit 1000'],
  ],
  '429 with a time that is over, and a limit that is not': [
    answer(429, error('no'), { 'retry-after': '0', 'x-ratelimit-reset-tokens': '7s' }),
    ['rate-limit (429)', 'next', 'model rate-limit 7000'],
  ],
  '503 with a time that is over': [
    answer(503, error('no'), { 'retry-after': '0' }),
    ['server (503)', 'next', 'model unavailable 60000'],
  ],
  '407': [answer(407), ['auth (407)', 'next', 'account forbidden 1800000']],
  'a redirect': [
    (res) =>
      void res.writeHead(307, { location: 'https://elsewhere.example/', 'content-type': 'application/json' }).end('{}'),
    ['server (307)', 'retry'],
  ],
  'nothing where JSON was promised': [
    (res) => void res.writeHead(200, { 'content-type': 'application/json' }).end(),
    ['server (200)', 'retry'],
  ],
  'an overload told with 200': [
    json(error('busy', { type: 'overloaded_error' })),
    ['server (200)', 'next', 'model overloaded 60000'],
  ],
  'a rate limit told with 200, in the words of another dialect': [
    json({ type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } }),
    ['rate-limit (200)', 'next', 'model rate-limit 1000'],
  ],
  'a web page': [
    (res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ['server (200)', 'retry'],
  ],
  'a stream without events': [events(), ['server (200)', 'retry']],
  'a stream that begins with an error': [
    events(chunk(error('x', { type: 'server_error' }))),
    ['server (200)', 'retry'],
  ],
  'a stream that begins with an overload': [
    events(chunk(error('x', { type: 'overloaded_error' }))),
    ['server (200)', 'next', 'model overloaded 60000'],
  ],
  'a stream that begins with a prompt too long': [
    events(chunk(error('too long', { code: 'context_length_exceeded' }))),
    ['context-length (200)', 'stop'],
  ],
  'a reset before the head': [(res) => void res.destroy(), ['connect', 'retry']],
};

describe('what a failure puts aside', async () => {
  let upstream: Upstream;
  let rig: Rig;
  const clock = new HandClock(start);
  const lane = { dialect: 'anthropic-messages', operation: 'chat' } as const;
  before(async () => {
    upstream = await Upstream.start(json({}));
    rig = await rigOf({ up: upstream.url }, {}, clock);
  });
  after(async () => {
    await rig[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  for (const [name, [misdeed, [failure, verdict, aside]]] of Object.entries(table)) {
    const inBand = name.startsWith('a stream that begins');
    for (const translated of inBand ? [false] : [false, true]) {
      test(`${name}${translated ? ', translated' : ''}`, async () => {
        upstream.answer = misdeed;
        const target = targetAt('up', 'main', { credential: name + translated, ...(translated && { lane }) });
        const outcome = await rig.outcomeOf(target, { ...asked, stream: name.startsWith('a stream') });
        assert.ok(!outcome.ok);
        const { attempts = [] } = rig.portico.records.at(-1) ?? {};
        assert.deepEqual([attempts[0]?.failure, outcome.verdict], [failure, verdict]);
        const { cooled } = outcome;
        assert.equal(cooled && `${cooled.scope} ${cooled.cause} ${cooled.until - clock.now()}`, aside);
        assert.equal(rig.standing(target).state, aside === undefined ? 'usable' : 'cooling');
        assert.equal(rig.inFlight(target), 0);
      });
    }
  }

  test('a caller is not told whose credential was refused', async () => {
    upstream.answer = answer(429, error('You exceeded your current quota.', { code: 'insufficient_quota' }));
    const { status, text } = await rig.ask(async (call) =>
      call.answer(await call.attempt(targetAt('up', 'main', { credential: 'poor' }))),
    );
    assert.equal(status, 502);
    assert.doesNotMatch(text, /quota/);
  });

  test('a prompt that is too long is an answer, also where the stream said it first', async () => {
    upstream.answer = events(chunk(error('too long', { code: 'context_length_exceeded' })));
    const { status, text } = await rig.ask(async (call) => call.answer(await call.attempt(targetAt('up'))), {
      ...asked,
      stream: true,
    });
    assert.deepEqual([status, JSON.parse(text).error.code], [400, 'context_length_exceeded']);
  });

  test('what it cannot read in a header is told once', async () => {
    const lines = () => rig.portico.lines.filter(({ fields }) => fields?.header === 'x-ratelimit-reset-tokens');
    upstream.answer = answer(429, error('no'), { 'x-ratelimit-reset-tokens': 'next tuesday' });
    for (const credential of ['a', 'b']) {
      const outcome = await rig.outcomeOf(targetAt('up', 'main', { credential }));
      assert.equal(!outcome.ok && outcome.cooled && outcome.cooled.until - clock.now(), 1000);
    }
    assert.deepEqual(
      lines().map(({ level, fields }) => [level, fields?.provider]),
      [['warn', 'up']],
    );
  });
});

test('`cooling: off` puts nothing aside, and the breaker of such a provider never opens', async () => {
  await using upstream = await Upstream.start(json({}));
  const breaker = { failures: 1, window: minute, open: minute };
  await using rig = await rigOf({ up: { url: upstream.url, cooling: undefined, breaker } });
  for (const status of [401, 429, 500, 503, 529]) {
    upstream.answer = answer(status);
    const outcome = await rig.outcomeOf(targetAt('up'));
    assert.equal(!outcome.ok && outcome.cooled, undefined);
    assert.equal(rig.standing(targetAt('up')).state, 'usable');
  }
});

test('`most` of `cooling` bounds what an upstream asks for, and what the client is told of it', async () => {
  await using upstream = await Upstream.start(answer(429, error('no'), { 'retry-after': '600' }));
  const clock = new HandClock();
  await using rig = await rigOf({ up: { url: upstream.url, cooling: { most: 90_000 } } }, {}, clock);
  const outcome = await rig.outcomeOf(targetAt('up'));
  assert.deepEqual(!outcome.ok && [outcome.cooled?.until, outcome.retryAfterMs], [clock.now() + 90_000, 90_000]);
});
