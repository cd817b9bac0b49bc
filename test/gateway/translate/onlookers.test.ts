// Plugins that watch an answer or change it: the same for every dialect, streamed or whole, translated or not.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LoadedPlugin } from '../../../src/config/loaded.ts';
import type { DialectName } from '../../../src/core/index.ts';
import { dialectNames } from '../../../src/dialects/index.ts';
import { usualPlugins } from '../../support/gateway.ts';
import { events, json } from '../../support/upstream.ts';
import { dataOf, eventsOf, rigOf, textIn } from './rig.ts';

/** Counts the letters of text it sees, in a header of the answer or, of a stream, where the test can look. */
const watcher = `import { plugin } from 'portico';
export default plugin((settings) => async function watching({ call }, next) {
  const seen = (globalThis.seenByTest ??= []);
  if (settings.when === 'before') call.watch((delta) => seen.push(delta));
  await next();
  if (settings.when === 'after') call.watch((delta) => seen.push(delta));
  if (settings.when === 'throws') call.watch((delta) => { if (delta.type === 'finish') throw new Error('no'); });
});
`;

const shouter = `import { plugin, GatewayError } from 'portico';
export default plugin((settings) => async function shouting({ call }, next) {
  await next();
  call.rewrite((delta) => {
    if (settings.refuse && delta.type === 'part-delta') throw new GatewayError('route-not-allowed', { message: 'Not here.' });
    if (delta.type !== 'part-delta') return delta;
    return settings.double ? [delta, delta] : { ...delta, text: delta.text.toUpperCase() };
  });
});
`;

interface Seen {
  readonly type: string;
  readonly text?: string;
}

const seen: Seen[] = [];
Object.assign(globalThis, { seenByTest: seen });

describe('an answer that plugins look at', () => {
  let home = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'portico-onlookers-'));
    await writeFile(join(home, 'watcher.ts'), '');
  });
  after(() => rm(home, { recursive: true }));

  let count = 0;
  async function plugin(code: string, settings: Record<string, unknown> = {}): Promise<LoadedPlugin> {
    count += 1;
    const path = join(home, `plugin-${count}`);
    const { mkdir } = await import('node:fs/promises');
    await mkdir(path);
    await writeFile(join(path, 'index.ts'), code);
    await writeFile(join(path, 'schema.json'), '{"type":"object"}');
    return { directory: { name: `plugin-${count}`, path, digest: `${count}`, code: true }, on: true, settings };
  }

  async function rigWith(to: DialectName, ...plugins: readonly LoadedPlugin[]) {
    const [auth, ...others] = usualPlugins;
    return rigOf(to, {}, { plugins: [...(auth === undefined ? [] : [auth]), ...plugins, ...others] });
  }

  const textSeen = () => seen.map(({ type, text }) => (type === 'part-delta' ? text : '')).join('');
  const chat = dialectNames.map((name) => [name, name] as const);
  const crossed = [
    ['openai-chat', 'anthropic-messages'],
    ['gemini', 'openai-responses'],
  ] as const;

  for (const [from, to] of [...chat, ...crossed]) {
    for (const stream of [false, true]) {
      const what = `${from} to ${to}${stream ? ', streamed' : ''}`;
      test(`is seen and not touched: ${what}`, async () => {
        seen.length = 0;
        await using plain = await rigWith(to);
        const untouched = await (await plain.ask(from, stream)).text();
        await using rig = await rigWith(to, await plugin(watcher, { when: stream ? 'after' : 'before' }));
        const text = await (await rig.ask(from, stream)).text();
        assert.equal(textIn(from, text), textIn(from, untouched));
        if (from === to) assert.equal(text, untouched);
        assert.equal(textSeen(), textIn(from, text));
        assert.deepEqual([seen.at(0)?.type, seen.at(-1)?.type], ['answer-start', 'answer-end']);
      });

      test(`is changed: ${what}`, async () => {
        await using plain = await rigWith(to);
        const untouched = textIn(from, await (await plain.ask(from, stream)).text());
        await using rig = await rigWith(to, await plugin(shouter));
        const response = await rig.ask(from, stream);
        const text = await response.text();
        assert.equal(textIn(from, text), untouched.toUpperCase());
        if (!stream) assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(text)));
        await rig.portico.recorded(1);
        assert.deepEqual([rig.portico.records[0]?.outcome, rig.portico.records[0]?.usage?.output], ['ok', 5]);
      });
    }
  }

  test('is seen as the client is told it, after all changes', async () => {
    seen.length = 0;
    await using rig = await rigWith('openai-chat', await plugin(watcher, { when: 'before' }), await plugin(shouter));
    const text = await (await rig.ask('openai-chat')).text();
    assert.equal(textSeen(), 'HI');
    assert.equal(textIn('openai-chat', text), 'HI');
  });

  test('may be told twice', async () => {
    await using rig = await rigWith('gemini', await plugin(shouter, { double: true }));
    const text = await (await rig.ask('anthropic-messages')).text();
    assert.equal(textIn('anthropic-messages', text), 'hihi');
  });

  test('may be refused: whole with the error’s status, in a stream in band', async () => {
    await using rig = await rigWith('gemini', await plugin(shouter, { refuse: true }));
    const whole = await rig.ask('anthropic-messages');
    assert.equal(whole.status, 403);
    assert.match(await whole.text(), /Not here\./);
    const stream = await (await rig.ask('anthropic-messages', true)).text();
    assert.match(stream, /event: error\n.*Not here\./s);
    assert.doesNotMatch(stream, /message_stop/);
    await rig.portico.recorded(2);
    assert.deepEqual(
      rig.portico.records.map(({ error }) => error),
      ['route-not-allowed', 'route-not-allowed'],
    );
    assert.equal(rig.portico.records[0]?.usage?.output, 5, 'what was used counts all the same');
  });

  test('may be refused where nothing is translated, and counts what was used', async () => {
    await using rig = await rigWith('anthropic-messages', await plugin(shouter, { refuse: true }));
    const response = await rig.ask('anthropic-messages');
    assert.equal(response.status, 403, await response.text());
    await rig.portico.recorded(1);
    assert.equal(rig.portico.records[0]?.usage?.output, 5);
  });

  test('whose watcher fails ends with an error, not with an end that looks well', async () => {
    await using rig = await rigWith('anthropic-messages', await plugin(watcher, { when: 'throws' }));
    const text = await (await rig.ask('anthropic-messages', true)).text();
    assert.match(text, /event: error/);
    await rig.portico.recorded(1);
    assert.equal(rig.portico.records[0]?.error, 'internal');
    assert.match(JSON.stringify(rig.portico.lines), /Error: no/);
  });

  test('that is too long to come in one piece is seen whole', async () => {
    seen.length = 0;
    const long = 'long '.repeat(40_000);
    await using rig = await rigWith('openai-chat', await plugin(watcher, { when: 'before' }));
    const message = { role: 'assistant', content: long };
    rig.upstream.answer = json({
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    });
    assert.equal(textIn('openai-chat', await (await rig.ask('openai-chat')).text()), long);
    assert.equal(textSeen(), long);
  });

  test('that breaks off is not made whole by being rewritten', async () => {
    await using rig = await rigWith('anthropic-messages', await plugin(shouter));
    rig.upstream.answer = events(...eventsOf('anthropic-messages').slice(0, 4));
    const text = await (await rig.ask('anthropic-messages', true)).text();
    assert.ok(dataOf(text).some((data) => data.includes('"error"')));
    assert.doesNotMatch(text, /message_stop/);
    await rig.portico.recorded(1);
    assert.equal(rig.portico.records[0]?.error, 'upstream-truncated');
  });

  test('is told as far as it came where the upstream says in the same breath that it failed', async () => {
    await using rig = await rigWith('anthropic-messages', await plugin(shouter));
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const said = [...eventsOf('anthropic-messages').slice(0, 4), `event: error\ndata: ${JSON.stringify(error)}\n\n`];
    rig.upstream.answer = events(said.join(''));
    const text = await (await rig.ask('anthropic-messages', true)).text();
    assert.match(text, /message_start.*GOOD.*event: error.*Overloaded/s);
    assert.doesNotMatch(text, /message_stop/);
  });

  test('in a stream that is one JSON array is changed and seen as well', async () => {
    seen.length = 0;
    await using rig = await rigWith('gemini', await plugin(watcher, { when: 'before' }), await plugin(shouter));
    const array = eventsOf('gemini').map((event) => JSON.parse(event.slice('data: '.length)));
    rig.upstream.answer = json(array);
    const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
    const response = await rig.portico.post('/v1beta/models/model-a:streamGenerateContent', { contents });
    const told = (await response.json()) as unknown[];
    assert.equal(told.map((each) => textIn('gemini', JSON.stringify(each))).join(''), 'GOOD DAY');
    assert.equal(textSeen(), 'GOOD DAY');
  });

  test('that cannot be read does not pass those who would change it', async () => {
    await using rig = await rigWith('openai-chat', await plugin(shouter));
    rig.upstream.answer = (res) => void res.writeHead(200, { 'content-type': 'text/plain' }).end('secret');
    const response = await rig.ask('openai-chat');
    assert.equal(response.status, 502);
    assert.doesNotMatch(await response.text(), /secret/);
  });

  test('of an error is left as it is', async () => {
    await using rig = await rigWith('openai-chat', await plugin(shouter));
    rig.upstream.answer = json({ error: { message: 'no', code: 'x' } }, 400);
    const response = await rig.ask('openai-chat');
    assert.deepEqual([response.status, await response.json()], [400, { error: { message: 'no', code: 'x' } }]);
  });
});
