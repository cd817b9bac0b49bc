// Tool calls in streams, as vendors send them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../src/core/index.ts';
import { calls, chunk, done, parts, piece, read, role, stop } from './read-kit.ts';

test('calls: parallel ones in turn, the index left out, the id on every piece, arguments as an object', () => {
  const one = { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' };
  const two = { kind: 'tool-call', id: 'b', name: 'g', arguments: '{"y":2}' };
  const both = (...events: JsonObject[]) => parts(read(role, ...events, stop, done).answer);
  const f = { type: 'function' };
  assert.deepEqual(
    both(
      calls(piece(0, { id: 'a', ...f }, '', 'f')),
      calls(piece(0, {}, '{"x":')),
      calls(piece(0, {}, '1}')),
      calls(piece(1, { id: 'b', ...f }, '{"y":2}', 'g')),
    ),
    [one, two],
  );
  assert.deepEqual(
    both(calls(piece(undefined, { id: 'a' }, '{"x":1}', 'f')), calls(piece(undefined, { id: 'b' }, '{"y":2}', 'g'))),
    [one, two],
  );
  assert.deepEqual(
    both(
      calls(piece(undefined, { id: 'a' }, '{"x":', 'f')),
      calls(piece(undefined, {}, '1}')),
      calls(piece(undefined, { id: 'b' }, '{"y":2}', 'g')),
    ),
    [one, two],
  );
  assert.deepEqual(
    both(
      calls(piece(0, { id: 'a' }, '{"x":', 'f')),
      calls(piece(0, { id: 'a' }, '1}', 'f')),
      calls(piece(1, { id: 'b' }, '{"y":2}', 'g')),
    ),
    [one, two],
  );
  assert.deepEqual(both(calls(piece(0, { id: 'a' }, { x: 1 }, 'f')), calls(piece(1, { id: 'b' }, { y: 2 }, 'g'))), [
    one,
    two,
  ]);
});

test('bug 10: calls that all have index 0 are told apart by their ids', () => {
  const { answer } = read(
    role,
    calls(piece(0, { id: 'a' }, '{"x":1}', 'f')),
    calls(piece(0, { id: 'b' }, '{"x":2}', 'f')),
    stop,
    done,
  );
  assert.deepEqual(parts(answer), [
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
    { kind: 'tool-call', id: 'b', name: 'f', arguments: '{"x":2}' },
  ]);
});

test('calls that come interleaved are told one after the other', () => {
  const { deltas, answer } = read(
    role,
    calls(piece(0, { id: 'a' }, '', 'f'), piece(1, { id: 'b' }, '', 'g')),
    calls(piece(1, {}, '{"y"')),
    calls(piece(0, {}, '{"x":1')),
    calls(piece(1, {}, ':2}')),
    calls(piece(0, {}, '}')),
    stop,
    done,
  );
  assert.deepEqual(parts(answer), [
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
    { kind: 'tool-call', id: 'b', name: 'g', arguments: '{"y":2}' },
  ]);
  // The first is closed when its arguments are whole, not at the end of the stream.
  const closed = deltas.findIndex(({ type }) => type === 'part-end');
  assert.ok(closed < deltas.findIndex((delta) => delta.type === 'part-start' && delta.index === 1));
});

test('a text behind a call whose arguments never became whole comes after it', () => {
  const { answer } = read(role, calls(piece(0, { id: 'a' }, '{"x":', 'f')), chunk({ content: 'oh' }), stop, done);
  assert.deepEqual(parts(answer), [
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":' },
    { kind: 'text', text: 'oh' },
  ]);
});

test('custom calls and calls of old', () => {
  const custom = read(
    role,
    calls({ index: 0, id: 'a', type: 'custom', custom: { name: 'p', input: '' } }),
    calls({ index: 0, custom: { input: '*** Begin' } }),
    stop,
    done,
  );
  assert.deepEqual(parts(custom.answer), [
    { kind: 'tool-call', id: 'a', name: 'p', arguments: '*** Begin', custom: true },
  ]);
  const old = read(
    role,
    chunk({ function_call: { name: 'f', arguments: '' } }),
    chunk({ function_call: { arguments: '{}' } }),
    chunk({}, { finish_reason: 'function_call' }),
    done,
  );
  assert.deepEqual(parts(old.answer), [{ kind: 'tool-call', id: '', name: 'f', arguments: '{}' }]);
  assert.equal(old.answer.candidates[0]?.finish.reason, 'tool');
});

test('bug 32: `stop` after calls is read as a call for tools', () => {
  const { answer } = read(role, calls(piece(0, { id: 'a' }, '{}', 'f')), stop, done);
  assert.deepEqual(answer.candidates[0]?.finish, { reason: 'tool', raw: 'stop' });
});
