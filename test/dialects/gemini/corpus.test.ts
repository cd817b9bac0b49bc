// Recorded requests, answers and streams of this dialect, where they are at hand, through the canonical model and back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { Dropped } from '../../../src/dialects/canonical/notes.ts';
import { captured, noCorpus, recorded } from '../../support/corpus.ts';
import { chat, fold, modelled, origin, read, reply, write } from './kit.ts';

const model = 'gemini-3-pro-preview';

function requests(): { readonly name: string; readonly body: JsonObject }[] {
  const real = captured().filter(({ url }) => url.includes('enerateContent'));
  return [...recorded('gemini').map(({ name, request }) => ({ name, body: request })), ...real].flatMap(
    ({ name, body }) => (body?.contents === undefined ? [] : [{ name, body }]),
  );
}

function answers(): { readonly name: string; readonly body: JsonObject }[] {
  return recorded('gemini').flatMap(({ name, status, response }) => {
    const all = (Array.isArray(response) ? response : [response]) as (JsonObject | null | undefined)[];
    const some = all.filter((body) => body?.candidates !== undefined || body?.promptFeedback !== undefined);
    return status === 200 ? some.map((body) => ({ name, body: body as JsonObject })) : [];
  });
}

describe('recorded gemini traffic', { skip: noCorpus }, () => {
  it('requests come back as they were', () => {
    const all = requests();
    assert.ok(all.length > 100);
    for (const { name, body } of all) {
      const notes = new Dropped(chat.words);
      const conversation = chat.decodeRequest(body, { model, stream: false, notes });
      const back = chat.encodeRequest(conversation, { model, stream: false, origin, notes, facts: {} });
      assert.deepEqual(JSON.parse(JSON.stringify(back)), body, name);
      assert.deepEqual(notes.names(), [], name);
    }
  });

  it('answers come back as they were', () => {
    const all = answers();
    assert.ok(all.length > 100);
    for (const { name, body } of all) {
      const back = chat.encodeAnswer(chat.decodeAnswer(body, { origin }), reply());
      assert.deepEqual(JSON.parse(JSON.stringify(back)), body, name);
    }
  });

  it('streams say the same when they are written again', () => {
    const streams = recorded('gemini').filter(({ sse }) => sse !== undefined);
    assert.ok(streams.length > 50);
    for (const { name, sse, tags } of streams) {
      const deltas = read(sse ?? '');
      const first = fold(deltas);
      if (tags.includes('truncated')) assert.ok(!first.ended, `${name} was cut and yet has an end`);
      if (!first.ended) continue;
      const again = fold(read(write(deltas)));
      const { created: _, ...expected } = modelled(first.answer());
      assert.deepEqual(modelled(again.answer()), { id: 'call-1', model: 'the-model', ...expected }, name);
    }
  });
});
