// An edit changes what it names and no other byte.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonScanner, type Scanned } from '../../src/upstream/body/scan.ts';
import { editMembers, setMember, splice } from '../../src/upstream/body/splice.ts';
import { cut } from '../support/cut.ts';

function scan(body: Buffer): Scanned {
  const scanner = new JsonScanner();
  scanner.push(body);
  return scanner.end();
}

const cuts = fc.array(fc.nat(), { maxLength: 8 });
const names = fc.constantFrom('model', 'stream', 'user', 'n', 'tools', '模', 'constructor');
const bodies = fc
  .tuple(fc.dictionary(names, fc.jsonValue({ maxDepth: 2 })), fc.constantFrom(undefined, 2, '\t'))
  .map(([value, indent]) => JSON.stringify(value, null, indent));

describe('setting the model', () => {
  it('is what setting it after JSON.parse would be, and leaves all other bytes alone', () => {
    fc.assert(
      fc.property(bodies, fc.string({ unit: 'binary' }), cuts, (text, model, places) => {
        const body = Buffer.from(text);
        const scanned = scan(body);
        const changed = Buffer.concat(splice(cut(body, places), editMembers(scanned, { set: { model } })));
        assert.deepEqual(JSON.parse(changed.toString()), { ...JSON.parse(text), model });
        const member = scanned.members.find(({ key }) => key === 'model');
        if (member === undefined) return;
        const tail = body.length - member.valueEnd;
        assert.deepEqual(changed.subarray(0, member.valueStart), body.subarray(0, member.valueStart));
        assert.deepEqual(changed.subarray(changed.length - tail), body.subarray(member.valueEnd));
      }),
    );
  });

  it('keeps numbers that JavaScript cannot hold', () => {
    const body = Buffer.from('{"seed":12345678901234567890123, "model" : "a","t":1.0}');
    const [member] = scan(body).members.filter(({ key }) => key === 'model');
    assert.ok(member);
    assert.equal(
      Buffer.concat(splice([body], [setMember(member, 'b')])).toString(),
      '{"seed":12345678901234567890123, "model" : "b","t":1.0}',
    );
  });

  it('shares the untouched bytes', () => {
    const body = Buffer.from('{"model":"a","messages":[]}');
    const [member] = scan(body).members;
    assert.ok(member);
    const pieces = splice([body], [setMember(member, 'b')]);
    assert.deepEqual(
      pieces.map((piece) => piece.buffer === body.buffer && piece.byteOffset >= body.byteOffset && piece.length > 4),
      [true, false, true],
    );
    assert.equal(splice([body], [])[0], body);
  });
});

describe('several changes at once', () => {
  it('are what they would be on the parsed object', () => {
    fc.assert(
      fc.property(
        bodies,
        fc.uniqueArray(names),
        fc.dictionary(names, fc.jsonValue({ maxDepth: 1 })),
        cuts,
        (text, drop, set, places) => {
          const body = Buffer.from(text);
          const expected = JSON.parse(text);
          for (const name of drop) delete expected[name];
          Object.assign(expected, JSON.parse(JSON.stringify(set)));
          const changed = Buffer.concat(splice(cut(body, places), editMembers(scan(body), { drop, set })));
          assert.deepEqual(JSON.parse(changed.toString()), expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('rename and set the same member', () => {
    const body = Buffer.from('{"max_tokens": 5, "x":1}');
    const edits = editMembers(scan(body), { rename: { max_tokens: 'max_completion_tokens' }, set: { max_tokens: 6 } });
    assert.equal(Buffer.concat(splice([body], edits)).toString(), '{"max_completion_tokens": 6, "x":1}');
  });

  it('may not overlap', () => {
    const edit = { start: 0, end: 3, bytes: Buffer.from('x') };
    assert.throws(() => splice([Buffer.from('abcdef')], [edit, { ...edit, start: 2 }]), RangeError);
  });
});

describe('adding and dropping one member', () => {
  for (const [body, expected] of [
    ['{"a":1,"b":2,"c":3}', '{"b":2,"c":3}'],
    ['{ "b":2 , "a":1 }', '{ "b":2 }'],
    ['{"a":1}', '{}'],
  ] as const) {
    it(`dropping a from ${body} gives ${expected}`, () => {
      const scanned = scan(Buffer.from(body));
      const [member] = scanned.members.filter(({ key }) => key === 'a');
      assert.ok(member);
      assert.equal(
        Buffer.concat(splice([Buffer.from(body)], editMembers(scanned, { drop: [member.key] }))).toString(),
        expected,
      );
    });
  }

  it('adding to an empty object leaves no comma behind', () => {
    const body = Buffer.from(' { } ');
    assert.equal(
      Buffer.concat(splice([body], editMembers(scan(body), { set: { a: [1] } }))).toString(),
      ' {"a":[1] } ',
    );
  });
});
