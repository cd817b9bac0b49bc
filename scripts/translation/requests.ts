// Leads each sample from one dialect into another and back into the canonical model, and says what became of it.
import { isDeepStrictEqual } from 'node:util';
import { type Conversation, type DialectName, GatewayError, type JsonObject } from '../../src/core/index.ts';
import { fit } from '../../src/dialects/canonical/fit/fit.ts';
import { Dropped } from '../../src/dialects/canonical/notes.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import type { Sample } from './sample.ts';

export type Fate =
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'kept' }
  | { readonly kind: 'changed'; readonly into: unknown }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'left-out' }
  | { readonly kind: 'refused' };

/** `unsaid`: the first dialect has no words for it either. */
export function fateOf(sample: Sample, from: DialectName, to: DialectName): Fate {
  const asked = throughOwn(sample, from);
  if (asked === undefined) return { kind: 'unsaid' };
  let done: ReturnType<typeof said>;
  try {
    done = said(asked, from, to);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'untranslatable') return { kind: 'refused' };
    throw error;
  }
  const before = plain(sample.read(asked));
  const after = plain(sample.read(decoded(done.body, to)));
  if (isDeepStrictEqual(before, after)) return { kind: 'kept' };
  const noted = done.notes.filter((name) => !usualNotes(from, to).includes(name));
  if (after === undefined) return { kind: noted.length > 0 ? 'dropped' : 'left-out' };
  return { kind: 'changed', into: after };
}

const hello = { role: 'user', content: 'Hi' };
/** The least a client says. */
const least: Readonly<Record<DialectName, JsonObject>> = {
  'openai-chat': { model: 'm', messages: [hello] },
  'openai-responses': { model: 'm', input: 'Hi' },
  'anthropic-messages': { model: 'm', max_tokens: 4000, messages: [hello] },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
};

/** The conversation as a client of the dialect would have sent it; undefined where it cannot say what the sample is about. */
function throughOwn(sample: Sample, dialect: DialectName): Conversation | undefined {
  const own = sample.own?.[dialect];
  if (own !== undefined) return decoded({ ...least[dialect], ...own }, dialect);
  const notes = new Dropped(codecs[dialect].chat.words);
  try {
    const body = codecs[dialect].chat.encodeRequest(sample.conversation, { ...destination(dialect), notes });
    const again = decoded(body, dialect);
    const same = isDeepStrictEqual(plain(sample.read(again)), plain(sample.read(sample.conversation)));
    return same ? again : undefined;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** What any request of the dialect loses on that way, whatever it says. */
function usualNotes(from: DialectName, to: DialectName): readonly string[] {
  return said(decoded(least[from], from), from, to).notes;
}

function said(asked: Conversation, from: DialectName, to: DialectName) {
  const { words } = codecs[from].chat;
  const notes = new Dropped(words);
  const { conversation } = fit(asked, codecs[to].chat.traits, words);
  const body = codecs[to].chat.encodeRequest(conversation, { ...destination(to), notes });
  return { body, notes: notes.names() };
}

function decoded(body: JsonObject, dialect: DialectName): Conversation {
  const notes = new Dropped(codecs[dialect].chat.words);
  return codecs[dialect].chat.decodeRequest(body, { model: 'm', stream: false, notes });
}

/** Where the cells hang on the model: of a newer one. */
const models: Partial<Record<DialectName, string>> = {
  'anthropic-messages': 'claude-opus-4-6',
  gemini: 'gemini-3-pro',
};

function destination(dialect: DialectName) {
  return { model: models[dialect] ?? 'm', stream: false, origin: `${dialect}/vendor`, facts: {} };
}

/** Without what belongs to one dialect's spelling. */
function plain(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(value, (key, member) => (key === 'extra' || key === 'opaque' ? undefined : member)));
}
