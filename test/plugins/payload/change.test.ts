// What rules make of a body: paths, what is made on the way and what is not, and what keeps its identity.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from 'portico';
import { fillIn, override, remove } from '../../../plugins/payload/change.ts';
import { parsePath } from '../../../plugins/payload/path.ts';
import { select } from '../../../plugins/payload/select.ts';

const path = parsePath;
const body: JsonObject = {
  temperature: 1,
  none: null,
  reasoning: { effort: 'high' },
  messages: [{ role: 'system', name: 'a' }, { role: 'user', name: 'b' }, { role: 'user' }],
  metadata: { 'a.b': 1 },
};

describe('paths', () => {
  const found: readonly (readonly [string, readonly unknown[]])[] = [
    ['temperature', [1]],
    ['none', [null]],
    ['reasoning.effort', ['high']],
    ['messages[].name', ['a', 'b']],
    ['messages[0].name', ['a']],
    ['messages[-2].name', ['b']],
    ['messages[-1].name', []],
    ['messages[3]', []],
    ['messages[-4]', []],
    ['metadata["a.b"]', [1]],
    ['["temperature"]', [1]],
    ['messages.name', []],
    ['reasoning[]', []],
    ['temperature.x', []],
    ['constructor', []],
  ];
  for (const [text, values] of found) {
    test(text, () => assert.deepEqual(select(body, path(text)), values));
  }
});

describe('removing', () => {
  test('takes fields away wherever they stand, and elements of lists', () => {
    assert.deepEqual(remove(body, path('messages[].name')).messages, [
      { role: 'system' },
      { role: 'user' },
      { role: 'user' },
    ]);
    assert.deepEqual(remove(body, path('messages[-1]')).messages, (body.messages as unknown[]).slice(0, 2));
    assert.deepEqual(remove(body, path('messages[]')).messages, []);
    assert.deepEqual(remove(body, path('reasoning.effort')).reasoning, {});
    assert.ok(!Object.hasOwn(remove(body, path('none')), 'none'));
  });

  test('what is not there changes nothing', () => {
    for (const text of [
      'seed',
      'reasoning.summary',
      'seed.x.y',
      'messages[9]',
      'temperature[]',
      'messages[].content[].x',
    ]) {
      assert.equal(remove(body, path(text)), body, text);
    }
  });
});

describe('overriding', () => {
  test('sets whatever was there, and makes the objects on the way', () => {
    assert.equal(override(body, path('temperature'), 0).temperature, 0);
    assert.deepEqual(override(body, path('a.b.c'), [1]).a, { b: { c: [1] } });
    assert.deepEqual(override(body, path('messages[-1].name'), 'c').messages, [
      { role: 'system', name: 'a' },
      { role: 'user', name: 'b' },
      { role: 'user', name: 'c' },
    ]);
  });

  test('makes no lists, no elements, and no fields of what is no object', () => {
    for (const text of ['list[].x', 'a.list[0].x', 'messages[3].name', 'temperature.x']) {
      assert.equal(override(body, path(text), 1), body, text);
    }
  });

  test('an equal value stays the one that was there', () => {
    assert.equal(override(body, path('reasoning'), { effort: 'high' }), body);
  });

  test('what is not on the way is shared, and nothing is mutated', () => {
    const before = structuredClone(body);
    const changed = override(body, path('messages[0].name'), 'c');
    assert.equal(changed.reasoning, body.reasoning);
    assert.equal((changed.messages as unknown[])[1], (body.messages as unknown[])[1]);
    assert.deepEqual(body, before);
  });

  test('names that objects have by nature are names', () => {
    const changed = override(body, path('__proto__.x'), 1);
    assert.deepEqual(Object.getOwnPropertyDescriptor(changed, '__proto__')?.value, { x: 1 });
    assert.equal(Object.getPrototypeOf(changed), Object.prototype);
  });
});

describe('filling in', () => {
  test('sets only what is absent; null is there', () => {
    assert.equal(fillIn(body, path('temperature'), 0), body);
    assert.equal(fillIn(body, path('none'), 0), body);
    assert.equal(fillIn(body, path('seed'), 0).seed, 0);
    assert.deepEqual(fillIn(body, path('reasoning.summary'), 'auto').reasoning, { effort: 'high', summary: 'auto' });
    assert.deepEqual(select(fillIn(body, path('messages[].name'), 'c'), path('messages[].name')), ['a', 'b', 'c']);
  });
});
