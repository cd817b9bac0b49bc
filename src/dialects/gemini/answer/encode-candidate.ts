// One candidate of an answer, written.
import { isDeepStrictEqual } from 'node:util';
import type { Candidate, Extra, JsonObject, Part, ReplyFacts, SearchPart } from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { formOf, spelled } from '../wire/spell.ts';
import { writePart } from '../wire/write-part.ts';
import { founded, type Kept } from './decode-candidate.ts';
import { encodeFinish, encodeOwnFinish } from './finish.ts';
import { writeLogprobs } from './logprobs.ts';
import { answerSaying, isHidden } from './saying.ts';
import { type Cited, writeGrounding } from './write-grounding.ts';

export function encodeCandidate(candidate: Candidate, reply: ReplyFacts): JsonObject {
  const { finish, extra } = candidate;
  const form = formOf(extra);
  const own = extra?.dialect === 'gemini';
  const from = own ? 'gemini' : undefined;
  const saying = answerSaying(reply);
  const indexes = new Map<Part, number>();
  const parts: JsonObject[] = [];
  for (const part of candidate.parts) {
    if (part.kind === 'search') continue;
    const shown = isHidden(part, reply) && part.kind === 'reasoning' ? { ...part, text: '' } : part;
    const written = writePart(shown, from, saying);
    if (written === undefined) continue;
    indexes.set(part, parts.length);
    parts.push(written);
  }
  const isGone = form?.noFinish === true && finish.reason === 'other';
  const word = own ? encodeOwnFinish(finish, form?.finishReason) : encodeFinish(finish, false);
  const content = contentOf(parts, form);
  const out: Record<string, unknown> = {
    ...(content === undefined ? {} : { content }),
    ...(isGone ? {} : { finishReason: word }),
    ...(finish.message === undefined ? {} : { finishMessage: finish.message }),
    ...(form?.noIndex === true ? {} : { index: candidate.index }),
    ...encodeFoundations(candidate.parts, extra, indexes, reply),
  };
  return spelled(out, extra);
}

function contentOf(parts: readonly JsonObject[], form: JsonObject | undefined): JsonObject | undefined {
  if (form?.noContent === true && parts.length === 0) return undefined;
  const given = typeof form?.role === 'string' ? form.role : 'model';
  return {
    ...(form?.noParts === true && parts.length === 0 ? {} : { parts }),
    ...(given === '' ? {} : { role: given }),
  };
}

/** `groundingMetadata` and its kin: as they came while they still say what the parts say, else made of the parts. */
export function encodeFoundations(
  parts: readonly Part[],
  extra: Extra | undefined,
  indexes: ReadonlyMap<Part, number> | undefined,
  reply: ReplyFacts,
): JsonObject {
  const kept = asObject(formOf(extra)?.kept) as Kept | undefined;
  const plain = parts.filter(({ kind }) => kind !== 'search');
  const searches = parts.filter((part): part is SearchPart => part.kind === 'search');
  if (kept !== undefined && isSame(parts, founded(plain.map(bare), kept, searches[0]?.id ?? ''))) return { ...kept };
  const cited = citedIn(plain, indexes);
  const probable = plain.flatMap((part) => (part.kind === 'text' ? (part.logprobs ?? []) : []));
  if (searches.length === 0 && probable.length === 0 && cited.every(({ citations }) => citations.length === 0))
    return {};
  const { unsaid, ...written } = writeGrounding(searches, cited);
  if (unsaid) reply.lost('citations');
  return { ...written, ...(probable.length === 0 ? {} : { logprobsResult: writeLogprobs(probable) }) };
}

/** Where the search stands among the parts is a matter of streams, and says nothing. */
function isSame(actual: readonly Part[], expected: readonly Part[]): boolean {
  const inOrder = (parts: readonly Part[]) => [
    ...parts.filter(({ kind }) => kind === 'search'),
    ...parts.filter(({ kind }) => kind === 'text'),
  ];
  return isDeepStrictEqual(inOrder(actual), inOrder(expected));
}

function bare(part: Part): Part {
  if (part.kind !== 'text') return part;
  const { citations: _, logprobs: __, ...rest } = part;
  return rest;
}

function citedIn(parts: readonly Part[], indexes: ReadonlyMap<Part, number> | undefined): Cited[] {
  let bytesBefore = 0;
  const cited: Cited[] = [];
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    const { text, citations = [] } = part;
    cited.push({ text, citations, index: indexes?.get(part), bytesBefore: indexes === undefined ? bytesBefore : 0 });
    if (indexes === undefined) bytesBefore += Buffer.byteLength(text);
  }
  return cited;
}
