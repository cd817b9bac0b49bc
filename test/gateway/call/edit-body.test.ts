// What a plugin's change leaves of a body's bytes, and which changes are refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { ErrorCode, JsonObject } from 'portico';
import { type BodyChange, editBody } from '../../../src/gateway/call/edit-body.ts';
import type { ReadBody } from '../../../src/upstream/body/body.ts';
import { JsonScanner } from '../../../src/upstream/body/scan.ts';

function bodyOf(...texts: readonly string[]): ReadBody {
  const scanner = new JsonScanner();
  const chunks = texts.map((text) => Buffer.from(text));
  for (const chunk of chunks) scanner.push(chunk);
  return { chunks, bytes: chunks.reduce((sum, { length }) => sum + length, 0), scanned: scanner.end() };
}

function edited(text: string, change: BodyChange): string | undefined {
  const body = editBody(bodyOf(text), change);
  return body && Buffer.concat(body.chunks).toString();
}

const code = (expected: ErrorCode) => (error: unknown) => (error as { code?: unknown }).code === expected;

describe('bytes', () => {
  const text = '{ "model" : "m",\n\t"temperature": 1.0, "seed":12345678901234567890, "x": { "a" : [ 1 , 2 ] } }';

  test('members that are left alone keep theirs', () => {
    const told = edited(text, (body) => ({ ...body, temperature: 0.5 }));
    assert.equal(told, text.replace('1.0', '0.5'));
  });

  test('members that go take their comma along, new ones stand in front', () => {
    const told = edited(text, ({ temperature: _, ...rest }) => ({ ...rest, top_k: 3 }));
    assert.equal(told, text.replace('{ ', '{"top_k":3, ').replace(',\n\t"temperature": 1.0', ''));
  });

  test('a member that is undefined goes', () => {
    assert.equal(
      edited('{"a":1,"b":2}', (body) => ({ ...body, a: undefined })),
      '{"b":2}',
    );
  });

  test('integers no double can hold survive in a member that is written anew', () => {
    const told = edited('{"x":{"id":12345678901234567890}}', (body) => ({ x: { ...(body.x as JsonObject), y: 1 } }));
    assert.equal(told, '{"x":{"id":12345678901234567890,"y":1}}');
  });

  test('the same body, or an equal copy of it, changes nothing', () => {
    assert.equal(
      edited(text, (body) => body),
      undefined,
    );
    assert.equal(
      edited(text, (body) => ({ ...body })),
      undefined,
    );
  });

  test('a member named like what objects have by nature is one like others', () => {
    assert.equal(
      edited('{"__proto__":{"a":1},"b":2}', (body) => ({ ...body, b: 3 })),
      '{"__proto__":{"a":1},"b":3}',
    );
    assert.equal(
      edited('{"b":2}', (body) => ({ ...body, constructor: 1 })),
      '{"constructor":1,"b":2}',
    );
  });

  test('a byte order mark and cuts between chunks do not matter', () => {
    const body = editBody(bodyOf('\uFEFF{"a":"', 'ü', '","b":1}'), (parsed) => ({ ...parsed, b: parsed.a }));
    assert.equal(body && Buffer.concat(body.chunks).toString(), '\uFEFF{"a":"ü","b":"ü"}');
    assert.equal(body?.bytes, Buffer.concat(body?.chunks ?? []).length);
    assert.deepEqual(
      body?.scanned?.members.map(({ key }) => key),
      ['a', 'b'],
    );
  });

  test('whatever is set and dropped, the new body says just that', () => {
    const object = fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== 'model' && key !== 'stream'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(object, object, fc.array(fc.nat(20)), (was, more, gone) => {
        const drop = new Set(gone.map((index) => Object.keys(was)[index]));
        const wanted = Object.fromEntries(Object.entries({ ...was, ...more }).filter(([key]) => !drop.has(key)));
        const text = JSON.stringify(was);
        const change: BodyChange = (body) =>
          Object.fromEntries(Object.entries({ ...body, ...more }).filter(([key]) => !drop.has(key)));
        assert.deepEqual(JSON.parse(edited(text, change) ?? text), JSON.parse(JSON.stringify(wanted)));
      }),
    );
  });
});

describe('refused', () => {
  test('model and stream stay as they are', () => {
    for (const change of [{ model: 'n' }, { model: undefined }, { stream: true }] as const) {
      assert.throws(
        () => edited('{"model":"m","a":1}', (body) => ({ ...body, ...change })),
        /may not change the field/,
      );
    }
    assert.throws(() => edited('{"model":"m"}', () => ({})), /may not change the field model/);
  });

  test('a repeated member: the upstream might read the other one', () => {
    const same: BodyChange = (body) => body;
    assert.throws(() => edited('{"a":1,"b":2,"a":3}', same), code('duplicate-field'));
  });

  test('what only looks like JSON', () => {
    assert.throws(() => edited('{"a":"\\q"}', (body) => body), code('invalid-json'));
  });

  test('what is no JSON is not asked about', () => {
    const never = () => assert.fail('was asked');
    assert.equal(editBody({ chunks: [Buffer.from('x')], bytes: 1, scanned: undefined }, never), undefined);
    assert.equal(editBody(bodyOf('[1]'), never), undefined);
  });
});
