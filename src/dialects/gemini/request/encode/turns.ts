// Turns as contents. Those of this dialect's own client return one by one; those of another are brought under the rules
// of the API: roles alternate, the results of one turn's calls stand together and are as many as the calls.
import type { Conversation, Destination, DialectName, JsonObject, Part, Turn } from '../../../../core/index.ts';
import { formOf, spelled } from '../../wire/spell.ts';
import { writePart } from '../../wire/write-part.ts';
import { wireRole } from '../decode/turns.ts';
import { flattened } from './documents.ts';
import { paired } from './pairing.ts';
import { type RequestSaying, requestSaying } from './saying.ts';
import { writeResults } from './write-results.ts';

/** A part and the dialect of the turn it came in. */
export interface Entry {
  readonly part: Part;
  readonly from: DialectName | undefined;
}

export interface Content {
  readonly role: 'user' | 'model';
  readonly entries: readonly Entry[];
  /** The turn it is, where it came in this dialect: it stays as it was. */
  readonly own: Turn | undefined;
}

interface Encoded {
  readonly systemInstruction: unknown;
  readonly contents: readonly unknown[];
}

export function encodeTurns(conversation: Conversation, to: Destination): Encoded {
  const { turns } = conversation;
  for (const turn of turns) to.notes.dropExtra('turn', turn.extra, 'gemini');
  const first = turns.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  // "contents is not specified": instructions alone are told as the user's words.
  const leading = first === -1 ? [] : turns.slice(0, first);
  const contents = paired(gathered(first === -1 ? turns : turns.slice(first)), to.notes);
  const saying = requestSaying(conversation, contents, to);
  // A content that has nothing left to say is refused.
  const written = contents.flatMap((content): Written[] => {
    const object = encodeContent(content, saying);
    return object === undefined ? [] : [{ content, object }];
  });
  return {
    systemInstruction: encodeInstruction(leading, saying),
    contents: joined(opened(written)),
  };
}

/** Neighbours of one role become one content, unless they came in this dialect, which takes them as they are. */
function gathered(turns: readonly Turn[]): Content[] {
  const contents: { role: 'user' | 'model'; entries: Entry[]; own: Turn | undefined }[] = [];
  for (const turn of turns) {
    const from = turn.extra?.dialect;
    const own = from === 'gemini' ? turn : undefined;
    // Instructions that come later have no place of their own.
    const role = wireRole(turn.role);
    const parts = own === undefined ? turn.parts.flatMap(flattened) : turn.parts;
    const entries = parts.map((part) => ({ part, from }));
    const before = contents.at(-1);
    if (own === undefined && entries.length === 0) continue;
    const joins = own === undefined && before?.role === role && before.own === undefined;
    if (joins) for (const entry of entries) before.entries.push(entry);
    else contents.push({ role, entries, own });
  }
  return contents;
}

/**
 * A history that was cut may begin with a call: "function call turn comes immediately after a user turn or after a function
 * response turn" (400).
 */
function opened(all: readonly Written[]): readonly Written[] {
  const [first] = all;
  if (first === undefined || first.content.own !== undefined) return all;
  // Where what stood between them had nothing to say, several become the first content.
  const asked = all.findIndex(({ content }) => content.role === 'user');
  const leading = asked === -1 ? all : all.slice(0, asked);
  const isCalling = leading.some(({ content }) => content.entries.some(({ part }) => part.kind === 'tool-call'));
  if (!isCalling) return all;
  const object = { role: 'user', parts: [{ text: '(earlier turns left out)' }] };
  return [{ content: { role: 'user', entries: [], own: undefined }, object }, ...all];
}

function encodeContent({ role, entries, own }: Content, saying: RequestSaying): JsonObject | undefined {
  const results = entries.some(({ part }) => part.kind === 'tool-result');
  const parts = results
    ? writeResults(entries, own !== undefined, saying)
    : entries.map(({ part, from }) => writePart(part, from, saying)).filter((part) => part !== undefined);
  if (own !== undefined) return asItWas(own, role, parts);
  return parts.length === 0 ? undefined : { role, parts };
}

function asItWas(turn: Turn, role: string, parts: readonly unknown[]): JsonObject {
  const form = formOf(turn.extra);
  const given = typeof form?.role === 'string' ? form.role : role;
  const out: Record<string, unknown> = given === '' ? {} : { role: given };
  const [only] = parts;
  const isGone = form?.noParts === true && parts.length === 0;
  if (!isGone) out.parts = form?.onePart === true && parts.length === 1 ? only : parts.map(bareText(turn));
  return spelled(out, turn.extra);
}

/** Parts that were given as plain strings. */
function bareText(turn: Turn): (part: unknown, index: number) => unknown {
  return (part, index) => {
    const isBare = formOf(turn.parts[index]?.extra)?.bare === true && turn.parts.length > index;
    return isBare ? (part as JsonObject).text : part;
  };
}

interface Written {
  readonly content: Content;
  readonly object: JsonObject;
}

/** Where a content between two has nothing left to say, the two become neighbours. */
function joined(all: readonly Written[]): JsonObject[] {
  const contents: JsonObject[] = [];
  let before: Content | undefined;
  // Grows in place: many neighbours must not be copied once for each.
  let growing: unknown[] | undefined;
  for (const { content, object } of all) {
    const last = contents.at(-1);
    if (last !== undefined && before?.own === undefined && content.own === undefined && before?.role === content.role) {
      if (growing === undefined) {
        growing = [...(last.parts as readonly unknown[])];
        contents[contents.length - 1] = { ...last, parts: growing };
      }
      for (const part of object.parts as readonly unknown[]) growing.push(part);
    } else {
      contents.push(object);
      growing = undefined;
    }
    before = content;
  }
  return contents;
}

function encodeInstruction(turns: readonly Turn[], saying: RequestSaying): unknown {
  const parts = turns.flatMap((turn) => {
    const from = turn.extra?.dialect;
    const all = from === 'gemini' ? turn.parts : turn.parts.flatMap(flattened);
    return all.map((part) => writePart(part, from, saying)).filter((part) => part !== undefined);
  });
  const [turn, ...others] = turns;
  if (turn === undefined) return undefined;
  if (turn.extra?.dialect !== 'gemini' || others.length > 0) return parts.length === 0 ? undefined : { parts };
  const form = formOf(turn.extra);
  if (form?.shape === 'text' && parts.length === 1) return parts[0]?.text;
  if (form?.shape === 'list') return parts.map(bareText(turn));
  return asItWas(turn, '', parts);
}
