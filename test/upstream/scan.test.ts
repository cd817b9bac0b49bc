// The scanner agrees with JSON.parse, however the bytes are cut.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../../src/core/index.ts';
import { JsonScanner, maxDepth, type Scanned } from '../../src/upstream/body/scan.ts';
import { cut } from '../support/cut.ts';

const scan = (chunks: readonly Buffer[]): Scanned => {
  const scanner = new JsonScanner();
  for (const chunk of chunks) scanner.push(chunk);
  return scanner.end();
};

const scanText = (text: string): Scanned => scan([Buffer.from(text)]);

/** What the members say, as JSON.parse would. */
function rebuild(body: Buffer, scanned: Scanned): unknown {
  const entries = scanned.members.map((member) => [
    member.key,
    JSON.parse(body.toString('utf8', member.valueStart, member.valueEnd)),
  ]);
  return Object.fromEntries(entries);
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });
const keys = fc.oneof(
  fc.constantFrom('model', 'stream', 'mod"el', '模型', '\u0000', ''),
  fc.string({ unit: 'binary' }),
);
/** Long enough for the native search, with quotes and backslashes wherever it might stop. */
const longStrings = fc
  .array(fc.constantFrom('"', '\\', '\\\\"', 'x'.repeat(14), 'y'.repeat(40)), { maxLength: 12 })
  .map((pieces) => pieces.join(''));
const values = fc.oneof(fc.jsonValue({ depthSize: 'small', maxDepth: 4 }), longStrings, fc.array(longStrings));
const bodies = fc.dictionary(keys, values, { maxKeys: 8 });
const spaces = fc.constantFrom('', ' ', '\n', '\t \r\n');

/** JSON with whitespace everywhere, and `model` spelt with an escape. */
const texts = fc.tuple(bodies, spaces, fc.boolean()).map(([value, space, escaped]) => {
  const pretty = space === '' ? JSON.stringify(value) : JSON.stringify(value, null, '\t') + space;
  return escaped ? pretty.replaceAll('model', 'mod\\u0065l') : pretty;
});

describe('the top level of a JSON body', () => {
  it('is found as JSON.parse reads it, at every chunking', () => {
    fc.assert(
      fc.property(texts, cuts, (text, places) => {
        const body = Buffer.from(text);
        const scanned = scan(cut(body, places));
        const parsed = JSON.parse(text) as Record<string, unknown>;
        assert.equal(scanned.kind, 'object');
        assert.deepEqual(rebuild(body, scanned), Object.fromEntries(Object.entries(parsed)));
        for (const member of scanned.members) {
          if (member.value !== undefined) assert.deepEqual(member.value, parsed[member.key]);
          const scalar = typeof parsed[member.key] !== 'object' || parsed[member.key] === null;
          if (scalar && member.valueEnd - member.valueStart <= 1024) assert.notEqual(member.value, undefined);
          assert.equal(JSON.parse(body.toString('utf8', member.keyStart, member.keyEnd)), member.key);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is found whole when every byte comes alone', () => {
    const text =
      ' {"a\\"\\\\" : "x\\\\", "mod\\u0065l":"模型-\\u00e9", "n":-1.5e+3,"t":true,"z":null,"o":{"model":[1,{}]}}\n';
    const body = Buffer.from(text);
    const bytes = [...body].map((byte) => Buffer.from([byte]));
    assert.deepEqual(scan(bytes), scan([body]));
    assert.deepEqual(
      scan(bytes).members.map(({ key, value }) => [key, value]),
      [
        ['a"\\', 'x\\'],
        ['model', '模型-é'],
        ['n', -1500],
        ['t', true],
        ['z', null],
        ['o', undefined],
      ],
    );
  });

  it('does not mistake a nested key for one of its own', () => {
    const { members } = scanText('{"messages":[{"model":"inner","x":"\\"model\\":1"}],"model":"outer"}');
    assert.deepEqual(
      members.filter((member) => member.key === 'model').map((member) => member.value),
      ['outer'],
    );
  });

  it('keeps repeated keys apart', () => {
    assert.deepEqual(
      scanText('{"model":"a","mod\\u0065l":"b"}').members.map(({ key, value }) => [key, value]),
      [
        ['model', 'a'],
        ['model', 'b'],
      ],
    );
  });

  it('may follow a byte order mark, and only at the very start', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"model":"m"}')]);
    assert.equal(scan([...marked].map((byte) => Buffer.from([byte]))).members[0]?.keyStart, 4);
    assert.throws(() => scan([Buffer.concat([Buffer.from(' '), marked])]), { code: 'invalid-json' });
    assert.throws(() => scan([marked.subarray(0, 2), Buffer.from('{}')]), { code: 'invalid-json' });
  });

  it('does not read scalars of more than 1 KiB', () => {
    const member = (length: number) => scanText(`{"prompt":"${'x'.repeat(length)}"}`).members[0];
    assert.equal(member(1022)?.value, 'x'.repeat(1022));
    assert.equal(member(1023)?.value, undefined);
  });
});

describe('a damaged body', () => {
  const alphabet = fc.constantFrom(...'{}[]:,"\\0123456789.eE+-truefalsn ab\n');
  const soup = fc.array(alphabet, { maxLength: 14 }).map((letters) => letters.join(''));
  /** The same below the top level, where short tokens take another way. */
  const inner = soup.map((text) => `{"a":[${text}]}`);
  /** A valid text with one character taken out, put in or replaced. */
  const wounded = fc.tuple(texts, fc.nat(), alphabet, fc.nat(2)).map(([text, place, letter, how]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + (how === 0 ? '' : letter) + text.slice(how === 1 ? at : at + 1);
  });

  it('is refused where JSON.parse refuses it, but for what stands inside strings', () => {
    fc.assert(
      fc.property(fc.oneof(soup, inner, wounded), cuts, (text, places) => {
        // Unreadable characters within strings are let through; so compare without backslashes and raw control characters.
        const plain = text.replaceAll('\\', '').replaceAll(/"[^"]*"/g, (string) => string.replaceAll(/\p{Cc}/gu, ''));
        const parsed = attempt(() => JSON.parse(plain));
        const scanned = attempt(() => scan(cut(Buffer.from(plain), places)));
        assert.equal(scanned instanceof GatewayError, parsed instanceof SyntaxError, JSON.stringify(plain));
      }),
      { numRuns: 3000 },
    );
  });

  for (const [text, offset] of [
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['{"a":01}', 6],
    ['{"a":tru}', 8],
    ['{"a":1]', 6],
    ['{"a":1}}', 7],
    ['{"a":-}', 6],
    ['{"a":1.}', 7],
    ["{'a':1}", 1],
    ['{"a":"x', 7],
    ['', 0],
  ] as const) {
    it(`says where: ${JSON.stringify(text)} at byte ${offset}`, () => {
      assert.throws(() => scanText(text), { code: 'invalid-json', message: new RegExp(`at byte ${offset}\\.$`) });
    });
  }

  it('may nest up to the limit and no deeper', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    assert.equal(scanText(nested(maxDepth)).kind, 'other');
    assert.throws(() => scanText(nested(maxDepth + 1)), { code: 'body-too-deep' });
  });
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
