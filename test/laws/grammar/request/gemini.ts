// What the service demands of the contents of a request (wire.md 4): anything else is a 400.
import assert from 'node:assert/strict';

interface Part {
  readonly text?: string;
  readonly functionCall?: { readonly name?: string; readonly args?: unknown };
  readonly functionResponse?: { readonly name?: string; readonly response?: unknown };
}

export interface ContentsBody {
  readonly contents: readonly { readonly role: string; readonly parts: readonly Part[] }[];
  readonly generationConfig?: { readonly stopSequences?: readonly string[] };
}

export function checkContents({ contents, generationConfig }: ContentsBody): void {
  assert.ok(contents.length > 0, 'no contents');
  for (const [at, { role, parts }] of contents.entries()) {
    if (at > 0) assert.notEqual(role, contents[at - 1]?.role, `content ${at} is of ${role} again`);
    assert.ok(parts.length > 0, `content ${at} is empty`);
    const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
    for (const { name, args } of calls) {
      assert.match(name ?? '', /^[a-zA-Z0-9_.:-]{1,64}$/, 'name of a call');
      assert.ok(args === undefined || isObject(args), 'args are no object');
    }
    assert.ok(at > 0 || calls.length === 0, 'begins with a call');
    if (role === 'model') checkPairs(calls, contents[at + 1]?.parts ?? []);
    checkResponses(parts, contents[at - 1]?.parts ?? []);
  }
  assert.ok((generationConfig?.stopSequences ?? []).length <= 5, 'too many stopSequences');
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const namesOf = (all: readonly { readonly name?: string }[]) => all.map(({ name = '' }) => name).toSorted();

/** As many responses as calls, under the same names, in the next content. */
function checkPairs(calls: readonly { readonly name?: string }[], next: readonly Part[]): void {
  if (calls.length === 0) return;
  const responses = next.flatMap(({ functionResponse }) => functionResponse ?? []);
  assert.deepEqual(namesOf(responses), namesOf(calls), 'calls and responses differ');
}

function checkResponses(parts: readonly Part[], before: readonly Part[]): void {
  const responses = parts.flatMap(({ functionResponse }) => functionResponse ?? []);
  for (const { response } of responses) assert.ok(isObject(response), 'a response that is no object');
  const calls = before.flatMap(({ functionCall }) => functionCall ?? []);
  if (responses.length > 0) assert.equal(responses.length, calls.length, 'responses of no call');
}
