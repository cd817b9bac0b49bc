// What a session makes of messages and events of any kind: a request, an answer, a refusal in words; never a crash.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GatewayError, type JsonObject } from '../../../src/core/index.ts';
import { session } from '../../../src/dialects/openai-responses/session/words.ts';

const facts = { now: () => 0, newId: () => '1' };
const create = (message: JsonObject) => JSON.stringify({ type: 'response.create', ...message });

/** The body of the request that a message makes. */
function bodyOf(talk: ReturnType<typeof session.open>, message: JsonObject): JsonObject {
  const heard = talk.hear(create(message));
  return heard.kind === 'request' ? JSON.parse(heard.body) : assert.fail(heard.kind);
}

test('whatever a client says is heard or refused', () => {
  const message = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ input: fc.jsonValue(), previous_response_id: fc.jsonValue(), generate: fc.jsonValue() })
      .map((value) => create(value)),
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      const talk = session.open(facts);
      for (const text of messages) {
        try {
          talk.hear(text);
        } catch (thrown) {
          assert.ok(thrown instanceof GatewayError, String(thrown));
        }
      }
    }),
  );
});

test('a message that cannot be understood is told why', () => {
  const deep = `{"type":"response.create","input":${'['.repeat(3_000)}${']'.repeat(3_000)}}`;
  const told = ['hello', '[]', 'null', deep].map((message) => {
    try {
      return session.open(facts).hear(message).kind;
    } catch (thrown) {
      return thrown instanceof GatewayError ? thrown.message : String(thrown);
    }
  });
  const noObject = 'The message is not a JSON object.';
  assert.deepEqual(told, ['The message is not JSON.', noObject, noObject, 'The request body nests too deeply.']);
});

test('whatever an upstream sends is passed on or told as an error', () => {
  const event = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((response) => JSON.stringify({ type: 'response.completed', response })),
    fc.jsonValue().map((item) => JSON.stringify({ type: 'response.output_item.done', item })),
  );
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 5 }),
      fc.nat(599),
      fc.oneof(fc.json(), fc.string()),
      (events, status, body) => {
        const talk = session.open(facts);
        talk.hear(create({ input: 'x' }));
        for (const data of events) assert.equal(talk.event(data), data === '' || data === '[DONE]' ? undefined : data);
        for (const frame of talk.answer(status, {}, body)) assert.equal(typeof JSON.parse(frame).type, 'string');
        talk.hear(create({ input: 'y', previous_response_id: 'a' }));
      },
    ),
  );
});

test('an upstream that leaves its last event without output is remembered by its items', () => {
  const talk = session.open(facts);
  const item = {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'run',
    arguments: '{"n":12345678901234567890}',
  };
  bodyOf(talk, { input: 'one', store: false });
  talk.event(JSON.stringify({ type: 'response.output_item.done', output_index: 0, item }));
  talk.event(JSON.stringify({ type: 'response.completed', response: { id: 'resp_1', output: [] } }));
  const { input } = bodyOf(talk, { input: 'two', store: false, previous_response_id: 'resp_1' });
  const said = (content: string) => ({ type: 'message', role: 'user', content });
  assert.deepEqual(input, [said('one'), item, said('two')]);
});

test('only the latest response is remembered; another stays named', () => {
  const talk = session.open(facts);
  for (const id of ['resp_1', 'resp_2']) {
    bodyOf(talk, { input: 'x', store: false });
    talk.event(JSON.stringify({ type: 'response.completed', response: { id, output: [] } }));
  }
  assert.equal(bodyOf(talk, { input: 'y', previous_response_id: 'resp_1' }).previous_response_id, 'resp_1');
});

test('integers that a double cannot hold arrive as they were', () => {
  const heard = session
    .open(facts)
    .hear('{"type":"response.create","input":"x","metadata":{"n":12345678901234567890}}');
  assert.ok(heard.kind === 'request' && heard.body.includes('12345678901234567890'));
});

test('headers of the handshake stay behind, a key among its subprotocols comes along', () => {
  const headers = session.requestHeaders({
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-1',
    'accept-encoding': 'gzip',
    'openai-beta': 'responses_websockets=2026-02-06',
    originator: 'codex',
  });
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    originator: 'codex',
    authorization: 'Bearer sk-1',
  });
});
