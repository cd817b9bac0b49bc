// `reasoning_details`: where blobs of reasoning stand. OpenRouter's own shape (a list of `reasoning.text` with a signature,
// `reasoning.summary`, `reasoning.encrypted`); blobs of other dialects stand there wrapped, in entries of our own.
// https://openrouter.ai/docs/use-cases/reasoning-tokens
import type { Opaque, ReasoningPart } from '../../../core/index.ts';
import { asArray, asObject, asString, type JsonObject, parseJson } from '../../json.ts';

const format = 'portico';

/** What a blob belongs to: which of the reasoning text of its message, and what else has no member here. */
export interface Place extends Pick<ReasoningPart, 'id' | 'redacted' | 'summarised'> {
  readonly start: number;
  readonly length: number;
  readonly index: number;
}

/** One blob of a translated answer. */
export function wrappedDetail(data: string, { start, length, index, ...part }: Place): JsonObject {
  const place = { start, end: start + length };
  return { type: 'reasoning.encrypted', data, format, index, ...marksOf(part), ...place };
}

function marksOf({ id, redacted, summarised }: Pick<ReasoningPart, 'id' | 'redacted' | 'summarised'>): JsonObject {
  return {
    ...(id === undefined ? {} : { id }),
    ...(redacted === true ? { redacted } : {}),
    ...(summarised === true ? { summarised } : {}),
  };
}

export interface Details {
  /** Wrapped by us. */
  readonly ours: readonly JsonObject[];
  /** A vendor's own, as they were. */
  readonly theirs: readonly JsonObject[];
}

/** `opensEnvelopes`: in a request; what an upstream sends is all its own. */
export function sortDetails(list: readonly unknown[], opensEnvelopes: boolean): Details {
  const entries = list.map(asObject).filter((entry) => entry !== undefined);
  if (!opensEnvelopes) return { ours: [], theirs: entries };
  const isOurs = (entry: JsonObject) => entry.format === format && typeof entry.data === 'string';
  return { ours: entries.filter(isOurs), theirs: entries.filter((entry) => !isOurs(entry)) };
}

/** Whether anything in them is for the vendor alone. */
export function isOpaque(details: readonly JsonObject[]): boolean {
  return details.some(({ signature, data }) => (signature ?? '') !== '' || (data ?? '') !== '');
}

/** The reasoning they tell, for vendors that tell it nowhere else. */
export function textOf(details: readonly JsonObject[]): string {
  return details.map(({ text, summary }) => asString(text) ?? asString(summary) ?? '').join('');
}

/** A vendor's own details as the data of a blob, and back. */
export function sealed(details: readonly JsonObject[]): string {
  return JSON.stringify(details);
}

export function unsealed({ data }: Opaque): readonly unknown[] | undefined {
  return data.startsWith('[') ? asArray(parseJson(data)) : undefined;
}

/** Entries of a stream come in pieces: those of one kind and index that follow each other are one. */
export function joinDetail(details: JsonObject[], entry: JsonObject): void {
  const last = details.at(-1);
  const same = last?.type === entry.type && last?.index === entry.index && (entry.id ?? last?.id) === last?.id;
  if (last === undefined || !same || entry.type === 'reasoning.encrypted') {
    details.push(entry);
    return;
  }
  const joined: Record<string, unknown> = { ...last };
  for (const [name, value] of Object.entries(entry)) {
    const before = joined[name];
    const grows = (name === 'text' || name === 'summary') && typeof before === 'string' && typeof value === 'string';
    if (grows) joined[name] = before + value;
    else if (value !== null && value !== undefined) joined[name] = value;
  }
  details[details.length - 1] = joined;
}
