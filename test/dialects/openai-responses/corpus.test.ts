// Recorded traffic of this dialect through the canonical model and back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, JsonObject } from '../../../src/core/index.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { captured, noCorpus, recorded } from '../../support/corpus.ts';
import { checkResponsesStream } from './grammar.ts';
import { codec, decoded, encoded, eventsOf, folded, origin, readStream, reply, writeStream } from './told.ts';

const cases = recorded('openai-responses');

describe('recorded openai-responses, through the canonical model', { skip: noCorpus }, () => {
  it('every request comes out as it went in', () => {
    const requests = cases.flatMap(({ name, request }) => (request === undefined ? [] : [{ name, request }]));
    assert.ok(requests.length > 100);
    for (const { name, request } of requests) {
      const { body, dropped } = encoded(decoded(request));
      assert.deepEqual(body, request, name);
      assert.deepEqual(dropped, [], name);
    }
  });

  it('so do the requests of a real client', () => {
    const requests = captured().filter(({ url, method }) => method === 'POST' && url.endsWith('/responses'));
    assert.ok(requests.length > 5);
    for (const { name, body } of requests) assert.deepEqual(encoded(decoded(body ?? {})).body, body, name);
  });

  it('every answer comes out as it went in', () => {
    const answers = cases.filter(({ response }) => isAnswer(response));
    assert.ok(answers.length > 70);
    for (const { name, response } of answers) {
      const answer = codec.decodeAnswer(response as JsonObject, { origin });
      const lost: string[] = [];
      assert.deepEqual(codec.encodeAnswer(answer, reply(undefined, lost)), response, name);
      assert.deepEqual(lost, [], name);
    }
  });

  it('a stream says what its last event says', () => {
    let compared = 0;
    for (const { name, sse } of cases) {
      const last = sse === undefined ? undefined : lastOf(sse);
      if (sse === undefined || last === undefined) continue;
      compared += 1;
      const told = folded(readStream(sse));
      assert.deepEqual(comparable(told), comparable(codec.decodeAnswer(last, { origin })), name);
    }
    assert.ok(compared > 50);
  });

  it('a stream written from what was read is in order and says the same', () => {
    for (const { name, sse } of cases) {
      if (sse === undefined || lastOf(sse) === undefined) continue;
      const deltas = readStream(sse);
      const answer = folded(deltas);
      for (const written of [writeStream(deltas), writeStream(unfold(answer))]) {
        assert.doesNotThrow(() => checkResponsesStream(written), name);
        assert.deepEqual(comparable(folded(readStream(written))), comparable(answer), name);
      }
    }
  });
});

function isAnswer(response: unknown): boolean {
  return Array.isArray((response as { output?: unknown } | undefined)?.output);
}

/** The response of the last event, where there is one that tells its items. */
function lastOf(sse: string): JsonObject | undefined {
  const ended = eventsOf(sse).find(({ type }) => type === 'response.completed' || type === 'response.incomplete');
  const response = ended?.response as JsonObject | undefined;
  return Array.isArray(response?.output) && response.output.length > 0 ? response : undefined;
}

/** Without what upstreams change from event to event: ids of items, blobs encrypted anew. */
function comparable(answer: Answer): unknown {
  const text = JSON.stringify(answer, (key, value) => {
    if (key === 'fields' && Object.keys(value as object).length === 0) return undefined;
    return key === 'opaque' ? typeof value : value;
  });
  return JSON.parse(text.replaceAll(/"(?:id|itemId)":"capture-id-\d+",?/g, '').replaceAll(/gAAAAA[\w-]+=*/g, 'blob'));
}
