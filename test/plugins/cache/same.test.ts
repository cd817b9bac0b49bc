// Which requests are the same, whose answers are whose, and which are never kept.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonical } from '../../../plugins/cache/canonical.ts';
import { readDirectives } from '../../../plugins/cache/directives.ts';
import type { LoadedKey } from '../../../src/config/loaded.ts';
import { secret } from '../../support/gateway.ts';
import { json } from '../../support/upstream.ts';
import { cached, chat, type Rig } from './cached.ts';

const none = new Set<string>();
const textOf = (json: string) => canonical(Buffer.from(json), none)?.text;

describe('the canonical text of a body', () => {
  test('is the same whatever the order of names, the white space and the escapes', () => {
    assert.equal(
      textOf('{"b":[1,{"y":null,"x":"\\u00e9"}],"a":1.0}'),
      textOf(' { "a" : 1, "b" : [1.0, {"x":"é","y":null}] }\n'),
    );
    assert.notEqual(textOf('{"a":[1,2]}'), textOf('{"a":[2,1]}'));
    assert.notEqual(textOf('{"a":"1"}'), textOf('{"a":1}'));
    assert.notEqual(textOf('{"a":null}'), textOf('{}'));
    assert.notEqual(textOf('{"a":{}}'), textOf('{"a":[]}'));
  });

  test('tells numbers apart that a double does not', () => {
    assert.notEqual(textOf('{"id":9007199254740993}'), textOf('{"id":9007199254740992}'));
    assert.notEqual(textOf('{"id":[0.10000000000000000001]}'), textOf('{"id":[0.1]}'));
    assert.equal(textOf('{"id":9007199254740993, "a":1}'), textOf('{"a":1,"id":9007199254740993}'));
  });

  test('does not exist for what could be read in two ways', () => {
    assert.equal(textOf('{"a":{"b":1,"b":2}}'), undefined);
    assert.equal(textOf('{"a":1,"\\u0061":2}'), undefined);
    assert.equal(textOf('[1]'), undefined);
    assert.equal(textOf('{"a":'), undefined);
    assert.equal(canonical(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), none), undefined);
    assert.equal(textOf(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`), undefined);
    assert.ok(textOf('{"a\\\\":1,"b\\"":":","__proto__":{"c":2}}'));
  });

  test('of any JSON is JSON that means the same, and is that of any other way to write it', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const plain = JSON.stringify(value);
        const text = textOf(plain) ?? '';
        assert.deepEqual(JSON.parse(text), JSON.parse(plain));
        assert.equal(textOf(text), text);
        const turned = Object.fromEntries(Object.entries(JSON.parse(plain) as object).reverse());
        assert.equal(textOf(JSON.stringify(turned, undefined, indent)), text);
      }),
      { numRuns: 300 },
    );
  });
});

test('directives of a client are read in any case and with others between', () => {
  assert.deepEqual(readDirectives(''), { noCache: false, noStore: false, maxAge: Number.POSITIVE_INFINITY });
  assert.deepEqual(readDirectives('max-stale=5, Max-Age="7" ,NO-STORE'), {
    noCache: false,
    noStore: true,
    maxAge: 7000,
  });
  assert.deepEqual(readDirectives('no-cache="x-a"'), {
    noCache: true,
    noStore: false,
    maxAge: Number.POSITIVE_INFINITY,
  });
  assert.equal(readDirectives('max-age=x').maxAge, Number.POSITIVE_INFINITY);
});

/** What becomes of the second of two requests. */
async function second(rig: Rig, first: readonly [unknown, Record<string, string>?, string?], then: typeof first) {
  await rig.ask(...first);
  return (await rig.ask(...then)).result;
}

describe('two requests are', () => {
  test('the same though written differently', async () => {
    await using rig = await cached();
    const turned = '{ "messages": [{"content":"H\\u0069", "role":"user"}],\n "model": "model-a" }';
    assert.equal(await second(rig, [chat], [turned]), 'hit');
  });

  test('two where anything of their meaning differs', async () => {
    await using rig = await cached();
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    await rig.ask(chat);
    for (const other of [
      { ...chat, model: 'model-b' },
      { ...chat, max_tokens: 5 },
      { ...chat, tools },
      { ...chat, user: 'x' },
      { ...chat, messages: [{ role: 'user', content: 'hi' }] },
    ]) {
      assert.equal((await rig.ask(other)).result, 'miss', JSON.stringify(other));
    }
    const messages = { ...chat, max_tokens: 9 };
    rig.upstream.answer = json({ type: 'message', role: 'assistant', content: [], stop_reason: 'end_turn' });
    assert.equal((await rig.ask(messages, {}, '/v1/messages')).result, 'miss');
    assert.equal((await rig.ask(messages, {}, '/v1/messages')).result, 'hit');
    assert.equal((await rig.ask(messages, {}, '/v1/messages?beta=true')).result, 'miss');
    const beta = { 'anthropic-beta': 'context-1m' };
    assert.equal((await rig.ask(messages, beta, '/v1/messages')).result, 'miss');
    assert.equal((await rig.ask(messages, beta, '/v1/messages')).result, 'hit');
  });

  test('the same where only fields and headers differ that are said not to matter', async () => {
    await using rig = await cached({ ignore: ['user', 'metadata'], headers: ['X-Tone'] });
    assert.equal(await second(rig, [{ ...chat, user: 'a' }], [{ ...chat, user: 'b', metadata: {} }]), 'hit');
    assert.equal((await rig.ask(chat, { 'openai-beta': 'x' })).result, 'hit');
    assert.equal((await rig.ask(chat, { 'x-tone': 'rude' })).result, 'miss');
    assert.equal((await rig.ask({ ...chat, messages: [{ role: 'user', content: 'Hi', user: 'x' }] })).result, 'miss');
  });

  test('two on different routes', async () => {
    const routes = [{ name: 'root' }, { name: 'other', paths: ['/other'] }];
    await using rig = await cached({ scope: 'shared' }, { rest: { routes } });
    assert.equal(await second(rig, [chat], [chat, {}, '/other/v1/chat/completions']), 'miss');
  });
});

const other = 'sk-other-0123456789abcdef';
const keys: Partial<LoadedKey>[] = [{}, { name: 'other', hash: hash('sha256', other, 'hex') }];
const asOther = { authorization: `Bearer ${other}` };

describe('an answer belongs', () => {
  test('to its key', async () => {
    await using rig = await cached({}, { rest: { keys } });
    assert.equal(await second(rig, [chat], [chat, asOther]), 'miss');
    assert.equal((await rig.ask(chat)).result, 'hit');
  });

  test('to the client’s address where there is no key', async () => {
    const listener = { trustedProxies: ['127.0.0.1'] };
    await using rig = await cached({}, { before: [], rest: { listener } });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    assert.equal(await second(rig, [chat, from('192.0.2.1')], [chat, from('192.0.2.2')]), 'miss');
    assert.equal((await rig.ask(chat, from('192.0.2.1'))).result, 'hit');
    assert.equal((await rig.ask(chat, from('nobody'))).result, 'bypass');
  });

  test('to everybody where that is said, wherever the key stands', async () => {
    await using rig = await cached({ scope: 'shared' }, { before: [{ auth: { query: true } }], rest: { keys } });
    assert.equal(await second(rig, [chat], [chat, asOther]), 'hit');
    const gemini = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };
    const at = '/v1beta/models/model-a:generateContent';
    rig.upstream.answer = json({
      candidates: [{ index: 0, content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }],
    });
    const bare = { authorization: '' };
    assert.equal(await second(rig, [gemini, bare, `${at}?key=${secret}`], [gemini, bare, `${at}?key=${other}`]), 'hit');
  });

  test('to nobody who may not use the model', async () => {
    const limited = [{}, { ...keys[1], models: ['model-z'] }];
    await using rig = await cached({ scope: 'shared' }, { rest: { keys: limited } });
    await rig.ask(chat);
    const { status, text } = await rig.ask(chat, asOther);
    assert.equal(status, 403);
    assert.match(text, /may not use the model/);
  });
});

describe('never kept', () => {
  test('where the client asks for variety, unless that is said not to matter', async () => {
    const warm = { ...chat, temperature: 0.7 };
    await using rig = await cached();
    assert.equal(await second(rig, [warm], [warm]), 'bypass');
    for (const calm of [chat, { ...chat, temperature: 0 }, { ...warm, seed: 7 }, { ...chat, temperature: null }]) {
      assert.equal(await second(rig, [calm], [calm]), 'hit', JSON.stringify(calm));
    }
    const at = '/v1beta/models/model-a:generateContent';
    const gemini = { contents: [], generationConfig: { temperature: 1 } };
    rig.upstream.answer = json({ candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }] });
    assert.equal((await rig.ask(gemini, {}, at)).result, 'bypass');
    await using free = await cached({ nondeterministic: true });
    assert.equal(await second(free, [warm], [warm]), 'hit');
  });

  test('what does more than answer', async () => {
    await using rig = await cached();
    for (const act of [{ conversation: 'conv_1' }, { background: true }]) {
      const body = { model: 'model-a', input: 'Hi', ...act };
      assert.equal((await rig.ask(body, {}, '/v1/responses')).result, 'bypass');
    }
  });

  test('for all what only one client may see', async () => {
    const at = '/v1/responses';
    const body = { model: 'model-a', input: 'Hi', store: false };
    const answer = json({ id: 'r', object: 'response', status: 'completed', output: [] });
    await using rig = await cached({ scope: 'shared' }, { answer });
    assert.equal(await second(rig, [body, {}, at], [body, {}, at]), 'hit');
    for (const pointing of [
      { ...body, store: true },
      { model: 'model-a', input: 'Hi' },
      { ...body, previous_response_id: 'r' },
      { ...body, input: [{ type: 'item_reference', id: 'm' }] },
      { ...body, input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] },
    ]) {
      assert.equal((await rig.ask(pointing, {}, at)).result, 'bypass', JSON.stringify(pointing));
    }
    await using own = await cached({}, { answer });
    const stored = { model: 'model-a', input: 'Hi' };
    assert.equal(await second(own, [stored, {}, at], [stored, {}, at]), 'hit');
  });

  test('what cannot be read for certain: it is for the upstream to judge', async () => {
    await using rig = await cached();
    const twice = '{"model":"model-a","messages":[{"role":"user","content":"a","content":"b"}]}';
    assert.equal((await rig.ask(twice)).result, 'bypass');
    assert.equal(rig.upstream.requests.length, 1);
  });
});
