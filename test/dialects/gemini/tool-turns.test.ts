// Calls and results of conversations from other dialects, under the rules of this API.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Part, Turn } from '../../../src/core/index.ts';
import { wrap } from '../../../src/dialects/canonical/envelope.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { assistant, call, chat, conversation, decode, encode, origin, result, user } from './kit.ts';

const third = 'gemini-3-pro-preview';
const image: Part = {
  kind: 'media',
  media: 'image',
  source: { type: 'data', mimeType: 'image/png', base64: 'aaaa' },
};

function contents(turns: readonly Turn[], model?: string) {
  return encode(conversation(turns), model).body.contents;
}

test('all results of one turn stand in one content, in the order of the calls', () => {
  const turns = [
    user('go'),
    assistant(call('1', 'f'), call('2', 'g')),
    user(result('2', 'second')),
    user(result('1', 'first')),
    user('and now?'),
  ];
  const [, calls, results, ...others] = contents(turns);
  assert.deepEqual(calls, {
    role: 'model',
    parts: [{ functionCall: { name: 'f', args: {} } }, { functionCall: { name: 'g', args: {} } }],
  });
  assert.deepEqual(results, {
    role: 'user',
    parts: [
      { functionResponse: { name: 'f', response: { output: 'first' } } },
      { functionResponse: { name: 'g', response: { output: 'second' } } },
      { text: 'and now?' },
    ],
  });
  assert.deepEqual(others, []);
});

test('there are as many results as calls: a missing one is made up', () => {
  const turns = [user('go'), assistant(call('1', 'f'), call('2', 'g')), user(result('2', 'x'))];
  const parts = contents(turns)[2].parts;
  assert.deepEqual(parts[0].functionResponse, { name: 'f', response: { error: 'No result was given.' } });
  assert.equal(parts.length, 2);
  // And where nothing at all follows the calls.
  assert.equal(contents([user('go'), assistant(call('1', 'f'))])[2].parts.length, 1);
});

test('a result of a call that was never made is left out with a note', () => {
  const { body, dropped } = encode(conversation([user('go', result('9', 'x'))]));
  assert.deepEqual(body.contents, [{ role: 'user', parts: [{ text: 'go' }] }]);
  assert.deepEqual(dropped, ['contents[].parts[].functionResponse']);
});

test('a history that begins with a call gets a user in front of it', () => {
  const [first, second] = contents([assistant(call('1', 'f')), user(result('1', 'x'))]);
  assert.equal(first.role, 'user');
  assert.equal(second.parts[0].functionCall.name, 'f');
  assert.equal(contents([assistant('hello'), user('hi')])[0].role, 'model');
  // The result of no call leaves nothing in front.
  const stray = contents([user(result('9', 'x')), assistant(call('1', 'f')), user(result('1', 'x'))]);
  assert.deepEqual(
    stray.map(({ role }: { role: string }) => role),
    ['user', 'model', 'user'],
  );
});

test('ids are sent from generation 3 on', () => {
  const turns = [user('go'), assistant(call('c1', 'f')), user(result('c1', 'x'))];
  assert.equal(contents(turns)[1].parts[0].functionCall.id, undefined);
  assert.equal(contents(turns, third)[1].parts[0].functionCall.id, 'c1');
  assert.equal(contents(turns, third)[2].parts[0].functionResponse.id, 'c1');
});

test('what a function returned is an object: JSON objects as they are, all else wrapped', () => {
  const response = (text: string, isError?: boolean) => {
    const part = { ...result('1', text), ...(isError === undefined ? {} : { isError }) } as Part;
    return contents([user('go'), assistant(call('1', 'f')), user(part)])[2].parts[0].functionResponse.response;
  };
  assert.deepEqual(response('sunny'), { output: 'sunny' });
  assert.deepEqual(response('{"a": 1}'), { a: 1 });
  assert.deepEqual(response('[1]'), { output: '[1]' });
  assert.deepEqual(response('3'), { output: '3' });
  assert.deepEqual(response(''), { output: '' });
  assert.deepEqual(response('{broken'), { output: '{broken' });
  // An object whose members mean something here is not mistaken for one of this API.
  assert.deepEqual(response('{"error": "none"}'), { output: { error: 'none' } });
  assert.deepEqual(response('no such file', true), { error: 'no such file' });
});

test('an image in a result stands within it from generation 3 on, beside it before', () => {
  const turns = [user('go'), assistant(call('1', 'f')), user(result('1', 'seen', image), 'what is it?')];
  const inlineData = { mimeType: 'image/png', data: 'aaaa' };
  assert.deepEqual(contents(turns, third)[2].parts[0].functionResponse.parts, [{ inlineData }]);
  assert.deepEqual(contents(turns)[2].parts, [
    { functionResponse: { name: 'f', response: { output: 'seen' } } },
    { inlineData },
    { text: 'what is it?' },
  ]);
});

test('sound in a result stands beside it in every generation', () => {
  const sound: Part = {
    kind: 'media',
    media: 'audio',
    source: { type: 'data', mimeType: 'audio/wav', base64: 'aaaa' },
  };
  const { parts } = contents([user('go'), assistant(call('1', 'f')), user(result('1', sound))], third)[2];
  assert.deepEqual(
    parts.map((part: object) => Object.keys(part)[0]),
    ['functionResponse', 'inlineData'],
  );
});

test('arguments: big integers survive, invalid JSON becomes an empty object with a note', () => {
  const turns = (args: string) => conversation([user('go'), assistant(call('1', 'f', args))]);
  const notes = new Dropped(chat.words);
  const to = { model: 'm', stream: false, origin, notes, facts: {} };
  const exact = JSON.stringify(chat.encodeRequest(turns('{"id": 12345678901234567890}'), to));
  assert.ok(exact.includes('"args":{"id":12345678901234567890}'));
  const { body, dropped } = encode(turns('{"a": '));
  assert.deepEqual(body.contents[1].parts[0].functionCall.args, {});
  assert.deepEqual(dropped, ['contents[].parts[].functionCall.args']);
  assert.deepEqual(encode(turns('')).dropped, []);
});

const spoke = { role: 'model', parts: [{ text: 'hello' }] };

test('generation 3: the first call of each step of the current turn is marked where its signature is missing', () => {
  const turns = [
    user('earlier'),
    assistant(call('0', 'f')),
    user(result('0', 'x')),
    assistant('hello'),
    user('now'),
    assistant(call('1', 'f'), call('2', 'f')),
    user(result('1', 'x'), result('2', 'x')),
    assistant(call('3', 'f')),
    user(result('3', 'x')),
  ];
  const all = contents(turns, third);
  const marks = all.map(({ parts }: { parts: { thoughtSignature?: string }[] }) =>
    parts.map(({ thoughtSignature }) => thoughtSignature !== undefined),
  );
  assert.deepEqual(marks, [
    [false],
    [false],
    [false],
    [false],
    [false],
    [true, false],
    [false, false],
    [true],
    [false],
  ]);
  assert.equal(all[5].parts[0].thoughtSignature, 'skip_thought_signature_validator');
  assert.deepEqual(all[3], spoke);
  assert.ok(!JSON.stringify(contents(turns)).includes('thoughtSignature'), 'earlier generations know no mark');
});

test('bug 24: a signature that this upstream issued returns on its call, and no mark is needed', () => {
  const signed: Part = { ...call('1', 'f'), opaque: { origin: 'gemini/gemini', data: 'sig' } };
  const [, model] = contents([user('go'), assistant(signed), user(result('1', 'x'))], third);
  assert.equal(model.parts[0].thoughtSignature, 'sig');
});

test('bug 25: a blob of another vendor never reaches this one', () => {
  const foreign: Part = { ...call('1', 'f'), opaque: { origin: 'anthropic-messages/anthropic', data: 'sig' } };
  const thought: Part = { kind: 'reasoning', text: 'hm', opaque: { origin: 'x/y', data: 'sig' } };
  const { body, dropped } = encode(conversation([user('go'), assistant(thought, foreign)]), 'gemini-2.5-pro');
  assert.deepEqual(body.contents[1].parts, [{ functionCall: { name: 'f', args: {} } }]);
  assert.deepEqual(dropped, ['contents[].parts[].thoughtSignature', 'contents[].parts[].thought']);
});

test('thoughts of the history are sent only where this upstream signed them: others confuse the model', () => {
  const thought = (data?: string): Part => ({
    kind: 'reasoning',
    text: 'hm',
    ...(data && { opaque: { origin: 'gemini/gemini', data } }),
  });
  const [, model] = contents([user('go'), assistant(thought(), thought('sig'), 'so'), user('on')]);
  assert.deepEqual(model.parts, [{ text: 'hm', thought: true, thoughtSignature: 'sig' }, { text: 'so' }]);
});

test('a history that another vendor wrote comes back without its blobs and thoughts, marked for generation 3', () => {
  const sealed = wrap({ origin: 'anthropic-messages/anthropic', data: 'sig' }, 'gemini');
  const parts = [
    { text: 'hm', thought: true, thoughtSignature: sealed },
    { functionCall: { name: 'f', args: {} }, thoughtSignature: sealed },
  ];
  const own = [
    { role: 'user', parts: [{ text: 'go' }] },
    { role: 'model', parts },
    { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'x' } } }] },
  ];
  const { body, dropped } = encode(decode({ contents: own }), third);
  assert.deepEqual(body.contents[1].parts, [
    { functionCall: { name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' },
  ]);
  assert.deepEqual(dropped, ['contents[].parts[].thoughtSignature', 'contents[].parts[].thought']);
});
