// `when`: targets that are candidates for some requests only.
import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { chainOf } from '../../support/chain.ts';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, TestGateway } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';
import { group, ids } from './map.ts';

const image = 'data:image/png;base64,iVBORw0KGgo=';
const saturday = Date.parse('2026-11-21T22:15:00Z');

/** Conditions that hold for the request beside them, and not for `plain`. */
const holds: Record<
  string,
  { readonly path: string; readonly body: object; readonly headers?: Record<string, string> }
> = {
  'tools == 2': chat({ tools: ['a', 'b'].map((name) => ({ type: 'function', function: { name } })) }),
  images: chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: image } }] }] }),
  'images && messages == 3': messages({
    messages: [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [anthropicImage()] }] },
    ],
  }),
  'documents && !images': messages({
    messages: [
      { role: 'user', content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }] },
    ],
  }),
  audio: {
    path: '/v1beta/models/m:generateContent',
    body: { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }] }] },
  },
  'maxTokens >= 2000': chat({ max_tokens: 2000 }),
  'maxTokens > 2999 && dialect == "gemini"': {
    path: '/v1beta/models/m:generateContent',
    body: { contents: [{ role: 'user', parts: [{ text: 'x' }] }], generationConfig: { maxOutputTokens: 3000 } },
  },
  thinking: chat({ reasoning_effort: 'high' }),
  'thinking && dialect == "openai-responses"': {
    path: '/v1/responses',
    body: { model: 'm', input: 'x', reasoning: { effort: 'low' } },
  },
  json: chat({ response_format: { type: 'json_object' } }),
  'user == "u-1"': chat({ user: 'u-1' }),
  'user == "u-2"': messages({ metadata: { user_id: 'u-2' } }),
  'tokens > 1000': chat({ messages: [{ role: 'user', content: 'a word or two '.repeat(500) }] }),
  stream: chat({ stream: true }),
  'headers["x-tier"] == "gold"': { ...chat({}), headers: { 'x-tier': 'gold' } },
  'headers[?"x-tier"].orValue("none") == "gold"': { ...chat({}), headers: { 'x-tier': 'gold' } },
  'headers.exists(name, name.startsWith("x-t"))': { ...chat({}), headers: { 'x-tier': 'gold' } },
  'operation == "completions"': { path: '/v1/completions', body: { model: 'm', prompt: 'x' } },
  'model == "m(high)"': chat({ model: 'm(high)' }),
};
/** What holds for all of them here. */
const always = [
  'key == "test" && "team-a" in tags && route == "root" && ip == "127.0.0.1"',
  'hour == 23 && minute == 15 && weekday == "sat" && time >= "23:00" && time < "23:30"',
  'model.matches("^(m|x)") && !model.matches("^(a+)+$")',
  'operation == "chat" && dialect == "openai-chat" && !stream && tokens < 1000 && maxTokens == 0 && user == ""',
  'messages == 1 && tools == 0 && !images && !documents && !audio && !thinking && !json',
];

function chat(more: object) {
  return { path: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: 'Hi.' }], ...more } };
}

function messages(more: object) {
  return {
    path: '/v1/messages',
    body: { model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'Hi.' }], ...more },
  };
}

function anthropicImage() {
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
}

describe('conditions', async () => {
  const yes = await Upstream.start(json({ from: 'yes' }));
  const no = await Upstream.start(json({ from: 'no' }));
  const clock = new HandClock(saturday);
  const portico = await TestGateway.start({}, clock);
  let generation = 1;
  after(async () => {
    await portico[Symbol.asyncDispose]();
    await yes[Symbol.asyncDispose]();
    await no[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    yes.requests.length = 0;
    no.requests.length = 0;
    portico.lines.length = 0;
  });

  async function load(
    models: Parameters<typeof group>[],
    more: Parameters<typeof portico.load>[0] = {},
  ): Promise<void> {
    generation += 1;
    await portico.load({
      generation,
      timezone: 'Europe/Berlin',
      providers: [
        { name: 'yes', url: yes.url, models: ids('m'), accounts: [account('a', yes.url)] },
        { name: 'no', url: no.url, models: ids('m'), accounts: [account('b', no.url)] },
      ],
      keys: [{ tags: ['team-a'] }],
      plugins: [pluginEntry('auth', { query: true }), pluginEntry('balancer', { strategy: 'fill-first', attempts: 5 })],
      models: models.map((each) => group(...each)),
      ...more,
    });
  }

  async function asked({ path, body, headers = {} }: (typeof holds)[string]): Promise<string> {
    const answered = await portico.post(path, body, { headers });
    const text = await answered.text();
    assert.equal(answered.status, 200, text);
    return (JSON.parse(text) as { from: string }).from;
  }

  for (const [when, request] of Object.entries(holds)) {
    test(`${when} is asked of what was sent`, async () => {
      await load([['m', [{ model: 'yes/m', when }, 'no/m']]]);
      assert.equal(await asked(request), 'yes');
      assert.equal(await asked(chat({})), 'no');
    });
  }
  for (const when of always) {
    test(`${when} holds for a plain request`, async () => {
      await load([['m', [{ model: 'yes/m', when }, 'no/m']]]);
      assert.equal(await asked(chat({})), 'yes');
    });
  }

  test('the first of a conditional group that holds is asked; without any that holds its default', async () => {
    const targets = [{ model: 'no/m', when: 'tools > 5' }, { model: 'yes/m', when: 'tools > 0' }, 'no/m'];
    await load([['m', targets, { strategy: 'conditional' }]]);
    assert.equal(await asked(holds['tools == 2'] as (typeof holds)[string]), 'yes');
    assert.equal(await asked(chat({})), 'no');
  });
  test('where none holds the request is refused, and told why without the condition', async () => {
    await load([['m', [{ model: 'yes/m', when: 'headers["x-secret"] == "abc"' }], { strategy: 'conditional' }]]);
    const refused = await portico.post('/v1/chat/completions', chat({}).body, { headers: { 'x-secret': 'no' } });
    const { error } = (await refused.json()) as { error: { message: string } };
    assert.equal(refused.status, 503);
    assert.match(error.message, /No target of the model "m" is meant for this request: no condition holds\./);
    assert.doesNotMatch(error.message, /abc/);
  });
  test('where a condition holds and its target is left out for another reason, that is what is told', async () => {
    const targets = [
      { model: 'yes/m', when: 'tools == 0', accounts: ['no'] },
      { model: 'no/m', when: 'tools > 0' },
    ];
    await load([['m', targets, { strategy: 'conditional' }]]);
    const refused = await portico.post('/v1/chat/completions', chat({}).body);
    const { error } = (await refused.json()) as { error: { message: string } };
    assert.equal(
      error.message.replace(/ \(request id.*/, ''),
      'No account can serve the model "m" for this request: no: the condition of its target does not hold; ' +
        'yes/a: not among the accounts of the target.',
    );
  });
  test('what a request does not have makes a condition not hold, and one line in the log', async () => {
    await load([['m', [{ model: 'yes/m', when: 'headers["x-tier"] == "gold"' }, 'no/m']]]);
    for (let at = 0; at < 3; at += 1) assert.equal(await asked(chat({})), 'no');
    const lines = portico.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /headers\["x-tier"\] == "gold" \(No such key: x-tier\)/);
  });
  test('groups inside are left out whole, and what is left is what there was', async () => {
    await load([
      ['inner', ['yes/m', 'no/m']],
      ['m', [{ model: 'inner', when: 'tools > 0' }, 'no/m']],
    ]);
    assert.equal(await asked(chat({})), 'no');
    assert.equal(await asked(holds['tools == 2'] as (typeof holds)[string]), 'yes');
  });
  test('a body that its dialect cannot read is left to the upstream', async () => {
    await load([['m', [{ model: 'yes/m', when: 'tools > 0' }, 'no/m']]]);
    assert.equal(
      await asked({ path: '/v1/chat/completions', body: { model: 'm', messages: 'nonsense', tools: 7 } }),
      'no',
    );
  });
  test('a request that a plugin changed is asked as it is then, also where it was asked before', async () => {
    const rules = [{ override: { max_tokens: 5000 }, when: {} }];
    const chain = await chainOf('auth', { 'rate-limit': {} }, { payload: { rules } }, 'balancer');
    const limits = [
      { kind: 'tokens', amount: 1e9, window: { shape: 'fixed', unit: 'minute', count: 1 }, burst: undefined },
    ] as const;
    await load([['m', [{ model: 'yes/m', when: 'maxTokens == 5000' }, 'no/m']]], {
      plugins: chain,
      keys: [{ limits }],
    });
    assert.equal(await asked(chat({ max_tokens: 10 })), 'yes');
  });
  test('model lists show a group whatever its conditions', async () => {
    await load([['fast', [{ model: 'yes/m', when: 'tools > 5' }]]]);
    const listed = (await (await portico.get('/v1/models')).json()) as { data: { id: string }[] };
    assert.ok(listed.data.some(({ id }) => id === 'fast'));
  });
});
