// One candidate of an answer.
import type { Candidate, JsonObject, Origin, Part } from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { Members } from '../wire/members.ts';
import { readPart } from '../wire/read-part.ts';
import { decodeFinish } from './finish.ts';
import { readLogprobs } from './logprobs.ts';
import { readGrounding } from './read-grounding.ts';
import type { Told } from './segments.ts';

export function decodeCandidate(raw: unknown, at: number, answerId: string, from: Origin): Candidate {
  const members = new Members(asObject(raw) ?? {});
  const index = members.number('index');
  const reason = members.take('finishReason', (value) =>
    typeof value === 'string' || typeof value === 'number' ? value : undefined,
  );
  const message = members.text('finishMessage');
  const { parts: plain, form: shape, fields } = readContent(members, from);
  const kept = keptOf(members);
  const parts = founded(plain, kept, searchId(answerId, index ?? at));
  const calls = plain.some(({ kind }) => kind === 'tool-call');
  const form = {
    ...shape,
    ...(Object.keys(kept).length === 0 ? {} : { kept }),
    ...(index === undefined ? { noIndex: true } : {}),
    ...(reason === undefined ? { noFinish: true } : {}),
    ...(typeof reason === 'number' ? { finishReason: reason } : {}),
  };
  return {
    index: index ?? at,
    parts,
    finish: decodeFinish(reason ?? '', message, calls),
    extra: { dialect: 'gemini', ...members.extra(form, { fields, form: {} }).extra },
  };
}

interface Read {
  readonly parts: readonly Part[];
  readonly form: JsonObject;
  readonly fields: JsonObject | undefined;
}

function readContent(around: Members, from: Origin): Read {
  const content = around.object('content');
  if (content === undefined) return { parts: [], form: { noContent: true }, fields: undefined };
  const members = new Members(content);
  const role = members.text('role');
  const list = members.list('parts');
  const parts = (list ?? []).map((part) => readPart(part, (data) => ({ origin: from.origin, data })));
  const form = {
    ...(role === 'model' ? {} : { role: role ?? '' }),
    ...(list === undefined ? { noParts: true } : {}),
    ...(members.spelling() === undefined ? {} : { content: members.spelling() }),
  };
  return { parts, form, fields: members.inside('content').fields };
}

/** What is read into parts and citations, and returned as it was while these still say the same. */
export interface Kept {
  readonly groundingMetadata?: JsonObject;
  readonly citationMetadata?: JsonObject;
  readonly logprobsResult?: JsonObject;
}

export function keptOf(members: Members): Kept {
  const [grounding, recited, logprobs] = [
    members.object('groundingMetadata'),
    members.object('citationMetadata'),
    members.object('logprobsResult'),
  ];
  return {
    ...(grounding === undefined ? {} : { groundingMetadata: grounding }),
    ...(recited === undefined ? {} : { citationMetadata: recited }),
    ...(logprobs === undefined ? {} : { logprobsResult: logprobs }),
  };
}

/** Searches and citations of other turns must not share an id. */
export function searchId(answerId: string, index: number): string {
  return `search_${answerId.replaceAll(/[^\w-]/g, '')}_${index}`;
}

/** The search comes in front of the text that it led to. */
export function founded(parts: readonly Part[], kept: Kept, id: string): readonly Part[] {
  if (Object.keys(kept).length === 0) return parts;
  const { search, citations } = readGrounding(kept.groundingMetadata, kept.citationMetadata, toldIn(parts), id);
  const logprobs = readLogprobs(kept.logprobsResult);
  let at = -1;
  const cited = parts.map((part): Part => {
    if (part.kind !== 'text') return part;
    at++;
    const own = citations.get(at);
    const probable = at === 0 && logprobs !== undefined ? { logprobs } : {};
    return { ...part, ...(own === undefined ? {} : { citations: own }), ...probable };
  });
  if (search === undefined) return cited;
  const first = cited.findIndex(({ kind }) => kind === 'text');
  const place = first === -1 ? cited.length : first;
  return [...cited.slice(0, place), search, ...cited.slice(place)];
}

function toldIn(parts: readonly Part[]): Told[] {
  return parts.flatMap((part, index) => (part.kind === 'text' ? [{ text: part.text, index }] : []));
}
