// Recorded traffic of OpenAI and the vendors that speak its dialect: there and back through the canonical model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delta } from '../../../src/core/index.ts';
import { Fold } from '../../../src/dialects/canonical/fold.ts';
import { codecs } from '../../../src/dialects/openai-chat/codecs.ts';
import { EventSplitter } from '../../../src/dialects/sse.ts';
import { noCorpus, recorded } from '../../support/corpus.ts';
import { asked, object, replyFor, to } from './kit.ts';

const { chat } = codecs;
const cases = recorded('openai-chat').filter(({ endpoint }) => endpoint.includes('chat') || endpoint === '');

test('every recorded request comes back as it was', { skip: noCorpus }, () => {
  const requests = cases.flatMap(({ name, request }) => (request?.messages === undefined ? [] : { name, request }));
  assert.ok(requests.length > 150, `${requests.length} requests`);
  for (const { name, request } of requests) {
    const stream = request.stream === true;
    const { ask, names } = asked(stream);
    const conversation = chat.decodeRequest(request, ask);
    const back = to({ stream, model: String(request.model) });
    assert.deepEqual(plain(chat.encodeRequest(conversation, back.to)), request, name);
    assert.deepEqual([...names(), ...back.names()], [], name);
  }
});

test('every recorded answer comes back as it was', { skip: noCorpus }, () => {
  const answers = cases.flatMap(({ name, response }) =>
    Array.isArray(object(response)?.choices) ? { name, response: object(response) ?? {} } : [],
  );
  assert.ok(answers.length > 150, `${answers.length} answers`);
  for (const { name, response } of answers) {
    const answer = chat.decodeAnswer(response, { origin: 'openai-chat/openai' });
    assert.deepEqual(plain(chat.encodeAnswer(answer, replyFor().reply)), response, name);
  }
});

test('every recorded stream decodes, and says the same once more', { skip: noCorpus }, () => {
  const streams = cases.flatMap(({ name, sse, status }) => (sse === undefined || status >= 400 ? [] : { name, sse }));
  assert.ok(streams.length > 40, `${streams.length} streams`);
  for (const { name, sse } of streams) {
    const deltas = decode(sse);
    const whole = fold(deltas);
    if (name.includes('truncated')) assert.equal(whole.ended, false, name);
    else if (name.includes('midstream-error')) assert.equal(whole.fault?.reason, 'server', name);
    else {
      assert.equal(whole.ended, true, name);
      const again = fold(decode(encode(deltas)));
      assert.deepEqual(again.answer().candidates, whole.answer().candidates, name);
      assert.deepEqual(again.answer().usage, whole.answer().usage, name);
    }
  }
});

function decode(sse: string): Delta[] {
  const decoder = chat.decodeStream({ origin: 'openai-chat/openai' });
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(sse)), ...splitter.end()];
  return [...events.flatMap(({ event, data }) => [...decoder.event(event, data)]), ...decoder.end()];
}

function encode(deltas: readonly Delta[]): string {
  const encoder = chat.encodeStream(replyFor({ usage: true }).reply);
  return deltas.map((delta) => encoder.delta(delta)).join('');
}

function fold(deltas: readonly Delta[]): Fold {
  const whole = new Fold();
  for (const delta of deltas) whole.push(delta);
  return whole;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
