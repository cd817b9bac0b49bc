// The grammar of a stream of chat completion chunks, as strict as its strictest client (wire.md 9.1, 9.3).
import assert from 'node:assert/strict';

interface Chunk {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage?: object | null;
}

interface Choice {
  readonly index: number;
  readonly delta: { readonly role?: string; readonly tool_calls?: readonly Call[] };
  readonly finish_reason: string | null;
}

interface Call {
  readonly index: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
  readonly custom?: { readonly name?: string; readonly input?: string };
}

interface State {
  calls: number;
  finished: boolean;
}

/** The whole text of a stream; `usage`: the client asked for it. */
export function checkChunks(text: string, usage: boolean): void {
  const blocks = text.split('\n\n');
  assert.equal(blocks.pop(), '', 'ends in the middle of an event');
  for (const block of blocks) assert.match(block, /^data: \S[^\n]*$/, 'is no event of one line');
  assert.equal(blocks.pop(), 'data: [DONE]', 'does not end with [DONE]');
  const chunks = blocks.map((block) => JSON.parse(block.slice('data: '.length)) as Chunk);
  checkHeads(chunks);
  const choices = new Map<number, State>();
  for (const chunk of chunks) for (const choice of chunk.choices) checkChoice(choices, choice);
  for (const [index, { finished }] of choices) assert.ok(finished, `choice ${index} has no finish_reason`);
  checkUsage(chunks, usage);
}

function checkHeads(chunks: readonly Chunk[]): void {
  const [first] = chunks;
  assert.equal(first?.choices[0]?.delta.role, 'assistant', 'the first delta has no role');
  for (const { id, object, created, model, choices } of chunks) {
    assert.equal(object, 'chat.completion.chunk');
    assert.deepEqual({ id, created, model }, { id: first?.id, created: first?.created, model: first?.model });
    assert.ok(Array.isArray(choices), 'choices is no list');
  }
}

function checkChoice(choices: Map<number, State>, { index, delta, finish_reason: reason }: Choice): void {
  const state = choices.get(index) ?? { calls: 0, finished: false };
  if (!choices.has(index)) assert.equal(delta.role, 'assistant', `choice ${index} begins without a role`);
  choices.set(index, state);
  assert.equal(state.finished, false, 'a delta after finish_reason');
  assert.ok(reason !== undefined, 'finish_reason is missing');
  for (const call of delta.tool_calls ?? []) checkCall(state, call);
  state.finished = reason !== null;
}

/** Calls come one after the other: the first delta of each names it, and counts on from 0. */
function checkCall(state: State, { index, id, type, function: named, custom }: Call): void {
  if (index === state.calls) {
    assert.ok(typeof id === 'string' && id !== '', 'a call begins without an id');
    assert.ok(type === 'function' || type === 'custom', 'a call begins without a type');
    assert.ok((named?.name ?? custom?.name ?? '') !== '', 'a call begins without a name');
    assert.ok(named === undefined || typeof named.arguments === 'string', 'arguments are no text');
    state.calls++;
    return;
  }
  assert.equal(index, state.calls - 1, 'a call grows that is not the last');
  assert.equal(id, undefined, 'a call is named twice');
}

function checkUsage(chunks: readonly Chunk[], asked: boolean): void {
  const told = chunks.filter(({ usage }) => usage !== undefined && usage !== null);
  assert.ok(told.length <= 1, 'usage is told twice');
  if (!asked) assert.equal(told.length, 0, 'usage is told unasked');
  for (const chunk of told) {
    assert.equal(chunk, chunks.at(-1), 'usage is not told last');
    assert.deepEqual(chunk.choices, [], 'usage stands beside choices');
  }
  if (asked) for (const chunk of chunks) assert.ok('usage' in chunk, 'a chunk without `usage: null`');
}
