// A `reasoning` item: a summary in segments or the reasoning itself, and what only its issuer can read.
import type { JsonObject, Opaque, ReasoningPart } from '../../../core/index.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { type Draft, formOf, given, Members, own, present, withExtra } from '../members.ts';

/** Between segments, where they are one text (see `ReasoningPart.text`). */
export const segmentBreak = '\n\n';

/** `blob` reads `encrypted_content`: what stands in a request is another matter than what an upstream says. */
export function decodeReasoning(node: JsonObject, blob: (text: string) => Opaque): ReasoningPart {
  const members = new Members(node);
  members.take('type');
  const id = members.string('id');
  const content = texts(node.content);
  const summary = texts(node.summary);
  // The reasoning itself says more than its summary; where both are given the summary is kept beside it.
  const inContent = content !== undefined && content.length > 0;
  const segments = (inContent ? content : summary) ?? [];
  if (inContent || content?.length === 0) members.take('content');
  if (inContent ? summary?.length === 0 : summary !== undefined) members.take('summary');
  const encrypted = members.string('encrypted_content');
  const isUnsigned = encrypted === unsigned;
  const status = members.string('status');
  const form = {
    ...given('status', status),
    ...(isUnsigned ? { unsigned: true } : {}),
    ...(inContent ? { inContent } : {}),
    ...(content?.length === 0 ? { content: [] } : {}),
    ...(summary?.length === 0 ? { summary: [] } : {}),
    ...(segments.length > 1 || segments[0] === '' ? { lengths: segments.map((text) => text.length) } : {}),
  };
  return {
    kind: 'reasoning',
    text: segments.join(segmentBreak),
    ...(inContent || segments.length === 0 ? {} : { summarised: true }),
    ...given('id', id),
    ...given('opaque', encrypted === undefined || isUnsigned ? undefined : blob(encrypted)),
    extra: members.extra(form),
  };
}

/** `blob`: what goes into `encrypted_content`. */
export function encodeReasoning(part: ReasoningPart, id: string | undefined, blob: string | undefined): Draft {
  const { text, extra } = part;
  const form = formOf(extra);
  const draft: Draft = { id, type: 'reasoning', encrypted_content: blob, status: form.status };
  const segments = split(text, form.lengths);
  const inContent = form.inContent === true;
  if (extra?.dialect !== own) draft.summary = typed(segments, 'summary_text');
  else {
    draft.summary =
      !inContent && (segments.length > 0 || part.summarised === true) ? typed(segments, 'summary_text') : form.summary;
    draft.content = inContent ? typed(segments, 'reasoning_text') : form.content;
  }
  return withExtra(present(draft), extra);
}

/** The segments as they were, as long as the text is as long as they are together. */
function split(text: string, lengths: unknown): string[] {
  const known = asArray(lengths) as readonly number[] | undefined;
  const whole = known?.reduce((sum, length) => sum + length, (known.length - 1) * segmentBreak.length);
  if (known === undefined || whole !== text.length) return text === '' ? [] : [text];
  let at = 0;
  return known.map((length) => {
    const segment = text.slice(at, at + length);
    at += length + segmentBreak.length;
    return segment;
  });
}

function typed(segments: readonly string[], type: string): Draft[] {
  return segments.map((text) => ({ type, text }));
}

/** Undefined where there is no list of texts; then the member is kept as it is. */
function texts(list: unknown): string[] | undefined {
  const all = asArray(list)?.map((entry) => {
    const node = asObject(entry);
    return node !== undefined && Object.keys(node).length === 2 && node.type !== undefined
      ? asString(node.text)
      : undefined;
  });
  return all?.every((text) => text !== undefined) ? (all as string[]) : undefined;
}
