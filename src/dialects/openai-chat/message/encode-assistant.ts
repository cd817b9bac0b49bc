// The members of an assistant message, for a request or as the answer. What each cannot say it reports in its own way.
import type { Citation, Extra, MediaPart, Opaque, Part, ReasoningPart, ToolCallPart } from '../../../core/index.ts';
import type { JsonObject } from '../../json.ts';
import { complete, formOf, own } from '../members.ts';
import type { Place } from './details.ts';
import { encodeToolCall } from './tool-call.ts';

/** What differs between a request and an answer. */
export interface Voice {
  /** Entries of `reasoning_details`; undefined where the blob must not be told. */
  details(opaque: Opaque, part: ReasoningPart, place: Place): readonly unknown[] | undefined;
  /** The same for the signature of a tool call. */
  signature(opaque: Opaque, part: ToolCallPart): string | undefined;
  /** The id of a call that came without one; `at`: the how manieth. */
  callId(part: ToolCallPart, at: number): string;
  /** Undefined where it cannot be told. `offset` and `length`: of its text within the content. */
  cite(citation: Citation, offset: number, length: number): JsonObject | undefined;
  picture(part: MediaPart): JsonObject | undefined;
  /** A part that the dialect has no place for. */
  lost(part: Part): void;
}

/** `extra`: that of the message, where it is of this dialect. */
export function encodeAssistant(
  parts: readonly Part[],
  extra: Extra | undefined,
  voice: Voice,
): Record<string, unknown> {
  const form = formOf(extra);
  const out: Record<string, unknown> = {};
  encodeReasoning(parts, out, voice);
  const calls = encodeCalls(parts, out, voice, extra?.dialect === own);
  const refusals = parts.filter((part) => part.kind === 'refusal' && formOf(part.extra).slot !== 'content');
  if (refusals.length > 0) out.refusal = refusals.map((part) => (part.kind === 'refusal' ? part.text : '')).join('');
  const content = encodeContent(parts, form, voice);
  if (content !== undefined) out.content = content;
  else if (form.content === undefined) {
    // An assistant that called tools and said nothing says null (wire.md 4).
    out.content = calls > 0 || refusals.length > 0 ? null : '';
  } else if (form.content !== 'absent') out.content = form.content;
  encodeOthers(parts, out, voice);
  return out;
}

function encodeReasoning(parts: readonly Part[], out: Record<string, unknown>, voice: Voice): void {
  let text = '';
  const details: unknown[] = [];
  let spelled: unknown;
  for (const part of parts) {
    if (part.kind !== 'reasoning' || formOf(part.extra).slot === 'content') continue;
    if (text !== '' && part.text !== '') text += '\n\n';
    const place = { ...part, start: text.length, length: part.text.length, index: details.length };
    const entries = part.opaque && voice.details(part.opaque, part, place);
    details.push(...(entries ?? ownDetails(part)));
    text += part.text;
    spelled ??= formOf(part.extra).reasoning;
  }
  if (text !== '' && spelled !== 'details') {
    if (spelled !== 'reasoning') out.reasoning_content = text;
    if (spelled === 'reasoning' || spelled === 'both') out.reasoning = text;
  }
  if (details.length > 0) out.reasoning_details = details;
}

/** Those that were no secret. */
function ownDetails({ extra }: ReasoningPart): readonly unknown[] {
  const details = extra?.dialect === own ? extra.fields?.reasoning_details : undefined;
  return Array.isArray(details) ? details : [];
}

function encodeCalls(parts: readonly Part[], out: Record<string, unknown>, voice: Voice, isOwn: boolean): number {
  const calls: JsonObject[] = [];
  let count = 0;
  for (const part of parts) {
    if (part.kind === 'native' && part.dialect === own && part.type === 'tool_call') calls.push(part.raw);
    if (part.kind !== 'tool-call') continue;
    count += 1;
    if (formOf(part.extra).legacy === true) {
      out.function_call = { name: part.name, arguments: part.arguments };
      continue;
    }
    const id = part.id === '' ? voice.callId(part, calls.length) : part.id;
    calls.push(encodeToolCall(part, part.opaque && voice.signature(part.opaque, part), isOwn, id));
  }
  if (calls.length > 0) out.tool_calls = calls;
  return count;
}

/** Undefined where there is none. A text, unless it was a list or holds more than text. */
function encodeContent(parts: readonly Part[], form: JsonObject, voice: Voice): string | JsonObject[] | undefined {
  const said = parts.filter(isContent);
  if (form.content === 'list') return said.flatMap((part) => encodeContentPart(part, voice));
  if (said.length === 0) return undefined;
  if (said.some(({ kind }) => kind !== 'text')) return said.flatMap((part) => encodeContentPart(part, voice));
  return joinTexts(parts);
}

function isContent(part: Part): boolean {
  if (part.kind === 'text') return part.text !== '' || part.extra?.dialect === own;
  if (part.kind === 'native') return part.dialect === own && !['tool_call', 'image', 'audio'].includes(part.type);
  return (part.kind === 'reasoning' || part.kind === 'refusal') && formOf(part.extra).slot === 'content';
}

function encodeContentPart(part: Part, voice: Voice): JsonObject[] {
  if (part.kind === 'text' && formOf(part.extra).bare !== undefined) return [formOf(part.extra).bare as JsonObject];
  if (part.kind === 'text') return [complete({ type: 'text', text: part.text }, part.extra)];
  if (part.kind === 'refusal') return [complete({ type: 'refusal', refusal: part.text }, part.extra)];
  if (part.kind === 'reasoning') return [complete({ type: 'thinking', thinking: chunks(part) }, part.extra)];
  if (part.kind === 'native') return [part.raw];
  voice.lost(part);
  return [];
}

function chunks({ text, extra }: ReasoningPart): JsonObject[] {
  const { chunks: lengths } = formOf(extra);
  if (!Array.isArray(lengths)) return [{ type: 'text', text }];
  let at = 0;
  const cut = lengths.map((length: number) => {
    at += length;
    return { type: 'text', text: text.slice(at - length, at) };
  });
  return at === text.length ? cut : [{ type: 'text', text }];
}

/** One after the other: what was said as several texts reads the same as one. */
function joinTexts(parts: readonly Part[]): string {
  return parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
}

/** Annotations, pictures, and what has no place. */
function encodeOthers(parts: readonly Part[], out: Record<string, unknown>, voice: Voice): void {
  const annotations = encodeAnnotations(parts, voice);
  if (annotations.length > 0) out.annotations = annotations;
  const images: JsonObject[] = [];
  for (const part of parts) {
    const image = part.kind === 'media' ? voice.picture(part) : undefined;
    if (image !== undefined) images.push(image);
    else if (part.kind === 'media' || part.kind === 'search' || part.kind === 'tool-result') voice.lost(part);
    else if (part.kind === 'native' && part.dialect !== own) voice.lost(part);
    else if (part.kind === 'native' && part.type === 'image') images.push(part.raw);
    else if (part.kind === 'native' && part.type === 'audio') out.audio = part.raw;
  }
  if (images.length > 0) out.images = images;
}

function encodeAnnotations(parts: readonly Part[], voice: Voice): JsonObject[] {
  return parts.flatMap((part, at) => {
    if (part.kind !== 'text' || part.citations === undefined) return [];
    const offset = joinTexts(parts.slice(0, at + 1)).length - part.text.length;
    return part.citations
      .map((citation) => voice.cite(citation, offset, part.text.length))
      .filter((annotation) => annotation !== undefined);
  });
}
