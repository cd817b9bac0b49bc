// Everything recorded of this dialect goes through the canonical model and comes out as it was.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { unfold } from '../../../src/dialects/canonical/unfold.ts';
import { asObject } from '../../../src/dialects/json.ts';
import { captured, noCorpus, recorded } from '../../support/corpus.ts';
import { checkMessageStream, eventsOf } from './grammar.ts';
import { chat, decoded, folded, here, replying, sent, streamed, written } from './setting.ts';

const cases = recorded('anthropic-messages');
const skip = noCorpus;

test('recorded requests come back as they were', { skip }, () => {
  const requests = cases.filter(({ request }) => request !== undefined);
  assert.ok(requests.length > 50);
  for (const { name, request } of requests) assertReturns(name, request ?? {});
});

test('requests of a command-line client come back as they were', { skip }, () => {
  const bodies = captured().filter(
    ({ body, name }) => name.startsWith('claude') && asObject(body)?.messages !== undefined,
  );
  assert.ok(bodies.length > 20);
  for (const { name, body } of bodies) assertReturns(name, body ?? {});
});

test('recorded answers come back as they were, whole and as a stream', { skip }, () => {
  const answers = cases.filter(({ response }) => asObject(response)?.type === 'message');
  assert.ok(answers.length > 50);
  for (const { name, response } of answers) {
    const answer = chat.decodeAnswer(response as JsonObject, { origin: here });
    assert.deepEqual(chat.encodeAnswer(answer, replying()), response, name);
    const text = written(unfold(answer));
    checkMessageStream(eventsOf(text));
    assert.deepEqual(modelled(folded(streamed(text)).answer()), modelled(answer), name);
  }
});

test('recorded streams say the same when they are written again', { skip }, () => {
  const streams = cases.filter(({ sse }) => sse !== undefined);
  assert.ok(streams.length > 50);
  for (const { name, sse } of streams) {
    const deltas = streamed(sse ?? '');
    const fold = folded(deltas);
    if (!fold.ended) continue;
    const text = written(deltas);
    checkMessageStream(eventsOf(text));
    assert.deepEqual(modelled(folded(streamed(text)).answer()), modelled(fold.answer()), name);
  }
});

test('of the recorded streams those end that ended', { skip }, () => {
  const unended = cases.filter(({ sse }) => sse !== undefined && !folded(streamed(sse)).ended).map(({ name }) => name);
  assert.deepEqual(unended, [
    'synthetic__anthropic-error-first-event',
    'synthetic__anthropic-midstream-api_error',
    'synthetic__anthropic-midstream-overloaded_error',
    'synthetic__anthropic-truncated-clean-eof',
    // A second answer begins within the first.
    'vercel-ai__anthropic__spliced-message-start__stream',
  ]);
});

function assertReturns(name: string, body: JsonObject): void {
  const conversation = decoded(body);
  const { body: again, dropped } = sent(conversation, { model: conversation.model });
  assert.deepEqual(again, body, name);
  assert.deepEqual(dropped, [], name);
}

function modelled(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, member) => (key === 'extra' ? undefined : member)));
}
