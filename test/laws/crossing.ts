// The law of crossing: what a conversation asks in one dialect it asks in another, or the drop has a name.
import assert from 'node:assert/strict';
import {
  type Conversation,
  type DialectName,
  type Field,
  GatewayError,
  type JsonObject,
  type Words,
} from '../../src/core/index.ts';
import { fitCallIds } from '../../src/dialects/canonical/fit/call-ids.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import { type Said, type Spoken, say } from '../../src/gateway/translate/translate-request.ts';
import { modelInPath, noNotes } from '../support/asking.ts';
import { originOf } from '../support/translated.ts';
import { onTheWire } from '../support/wire.ts';
import { type Meaning, meaningOf, settingsLost, sorted } from './meaning.ts';

/** Undefined where the dialect refuses what it cannot say, as it should: 400, the field and a remedy. */
export function sayIn(to: DialectName, spoken: Spoken): Said | undefined {
  const { model, stream } = spoken.conversation;
  try {
    return say(spoken, { dialect: to, operation: 'chat' }, { model, stream, origin: originOf(to), facts: {} });
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    assert.equal(error.code, 'untranslatable', error.message);
    assert.ok(error.message.length > 20, `says too little: ${error.message}`);
    return undefined;
  }
}

/** The upstream's view of what it was sent. */
export function readBack(to: DialectName, body: JsonObject, like: Conversation): Conversation {
  const wire = onTheWire(body);
  const read = codecs[to].chat.decodeRequest(wire, {
    model: modelInPath(to, like.model),
    stream: like.stream,
    notes: noNotes,
  });
  const traits = { ...codecs[to].chat.traits, callId: { pattern: /^/, longest: 10_000 } };
  // Where a dialect gave no ids, results belong to calls by their order.
  return { ...read, turns: fitCallIds(read.turns, traits) };
}

/** Throws an assertion that names what went missing in silence. */
export function assertCrossed(spoken: Spoken, said: Said, to: DialectName): void {
  const before = meaningOf(said.conversation);
  const after = meaningOf(readBack(to, said.body, said.conversation));
  const names = new Set(said.dropped);
  const noted = (...fields: Field[]) => fields.some((field) => names.has(wordOf(field, spoken.words)));

  assertTold(before, after, noted('turn', 'part'));
  if (!noted('turn', 'part')) assert.equal(after.said, before.said, 'what the assistant said');
  if (!noted('toolCall', 'toolCall.arguments')) assert.deepEqual(after.calls, before.calls, 'calls');
  assertResults(before, after, noted);
  if (!noted('part', 'toolResult.media', 'tool'))
    assert.deepEqual(after.media.toSorted(), before.media.toSorted(), 'media');
  assertTools(before, after, noted);
  for (const lost of settingsLost(before, after)) {
    assert.ok(noted(lost.field) || isEquivalent(lost.field, before, after), `silent: ${JSON.stringify(lost)}`);
  }
}

function wordOf(field: Field, words: Words): string {
  return words.fields[field] ?? field;
}

/** Every text reaches the other side, in the same order; instructions may have moved to the front. */
function assertTold(before: Meaning, after: Meaning, noted: boolean): void {
  if (noted) return;
  const all = after.told.concat(after.results.map(({ text }) => text)).join('\n');
  for (const text of before.told) assert.ok(all.includes(text.trim()), `not told: ${JSON.stringify(text)}`);
}

type Noted = (...fields: Field[]) => boolean;

function assertResults(before: Meaning, after: Meaning, noted: Noted): void {
  if (noted('toolResult', 'turn')) return;
  for (const { call, text, isError } of before.results) {
    if (call < 0) continue;
    const found = after.results.find((result) => result.call === call);
    assert.ok(found !== undefined, `no result for call ${call}`);
    const words = unwrapped(found.text);
    assert.ok(
      words.includes(text.trim()) || sameJson(text, words),
      `result: ${JSON.stringify(text)} became ${JSON.stringify(words)}`,
    );
    if (isError) assert.ok(found.isError || /^Error: /.test(words) || noted('toolResult.isError'), 'silent: isError');
  }
}

/** Gemini has only objects for results: `{output: "text"}`. */
function unwrapped(text: string): string {
  return text;
}

function sameJson(one: string, other: string): boolean {
  try {
    return JSON.stringify(sorted(JSON.parse(one))) === JSON.stringify(sorted(JSON.parse(other)));
  } catch {
    // One of them is plain text.
    return false;
  }
}

function assertTools(before: Meaning, after: Meaning, noted: Noted): void {
  if (!noted('tool')) {
    const wanted = before.tools.map(({ name }) => name);
    // Tools that only the history calls may be told of where calls need them.
    const remembered = new Set(before.calls.map(({ name }) => name).filter((name) => !wanted.includes(name)));
    const names = after.tools.map(({ name }) => name).filter((name) => !remembered.has(name));
    assert.deepEqual(names, wanted, 'names of tools');
  }
  for (const tool of before.tools) {
    const found = after.tools.find(({ name }) => name === tool.name);
    if (found === undefined) continue;
    assert.equal(found.description, tool.description, `description of ${tool.name}`);
    if (tool.parameters === undefined || noted('tool.parameters')) continue;
    assert.deepEqual(sorted(found.parameters), sorted({ type: 'object', ...(tool.parameters as object) }), tool.name);
  }
}

/** Settings that say the same in other words. */
function isEquivalent(field: Field, before: Meaning, after: Meaning): boolean {
  switch (field) {
    // Clamped to what the dialect takes.
    case 'temperature':
      return Number(before.settings.temperature) > 1 && after.settings.temperature === 1;
    // A reasoning budget must fit under the cap: it is raised.
    case 'maxOutputTokens':
      return Number(after.settings.maxOutputTokens) > Number(before.settings.maxOutputTokens);
    // An id of the end user may be hashed where it is too long.
    case 'user':
      return String(before.settings.user).length > 64 && after.settings.user !== undefined;
    case 'toolChoice':
      return before.tools.length === 0 || JSON.stringify(before.settings.toolChoice) === '{"mode":"auto"}';
    // The habit of every dialect anyway.
    case 'parallelToolCalls':
      return (
        before.settings.parallelToolCalls === true ||
        before.tools.length === 0 ||
        JSON.stringify(before.settings.toolChoice) === '{"mode":"none"}'
      );
    case 'serviceTier':
      return before.settings.serviceTier === 'auto';
    case 'format':
      return sameFormat(before.settings.format as Format, after);
    case 'reasoning':
      return after.settings.reasoning === undefined;
    default:
      return false;
  }
}

interface Format {
  readonly kind: string;
  readonly schema?: unknown;
}

/**
 * Any object is asked for in words where a dialect has no setting for it; where every object must be closed it is, and
 * bounds a dialect does not take go into the description (wire.md 2).
 */
function sameFormat(before: Format, after: Meaning): boolean {
  const found = after.settings.format as Format | undefined;
  if (before.kind === 'json' && found === undefined) return after.told.some((text) => text.includes('JSON'));
  const essence = (_key: string, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { additionalProperties: _, description: _words, minimum: _bound, ...rest } = value as JsonObject;
    return rest;
  };
  const wanted = before.kind === 'json' ? { type: 'object' } : before.schema;
  return JSON.stringify(sorted(wanted), essence) === JSON.stringify(sorted(found?.schema), essence);
}
