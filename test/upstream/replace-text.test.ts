// A text is replaced wherever it stands and however the body is cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Source } from '../../src/core/index.ts';
import { Replaced, replaceText } from '../../src/upstream/answer/replace-text.ts';
import { cut } from '../support/cut.ts';

const from = Buffer.from('"aab');
const to = Buffer.from('"longer');

function flow(chunks: readonly Buffer[]): string {
  const source: Source = {
    flow(sink) {
      for (const chunk of chunks) sink.data(chunk);
      sink.end();
    },
    resume: () => undefined,
    abort: () => undefined,
  };
  const out: Buffer[] = [];
  let ended = false;
  new Replaced(source, from, to).flow({
    data: (chunk) => out.push(chunk) > 0,
    end: () => {
      ended = true;
    },
    fail: () => assert.fail(),
  });
  assert.ok(ended);
  return Buffer.concat(out).toString();
}

test('as the string method does it', () => {
  const text = fc.array(fc.constantFrom('"', 'a', 'b', 'x', '"aab'), { maxLength: 30 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), (body, cuts) => {
      const wanted = body.replaceAll('"aab', '"longer');
      assert.equal(replaceText(Buffer.from(body), from, to).toString(), wanted);
      assert.equal(flow(cut(Buffer.from(body), cuts)), wanted);
    }),
    { numRuns: 500 },
  );
});
