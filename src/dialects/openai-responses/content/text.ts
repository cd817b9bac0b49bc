// Text and refusals: `input_text`, `output_text` with its annotations and log probabilities, `refusal`.
import type { Citation, JsonObject, RefusalPart, TextPart } from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { type Draft, formOf, given, Members, own, present, withExtra } from '../members.ts';

/** Members that are required of answers and mostly left out of requests. */
const optional = ['annotations', 'logprobs'] as const;

/** `usual`: the type expected in this place. */
export function decodeText(node: JsonObject, usual: string, form: JsonObject = {}): TextPart {
  const members = new Members(node);
  const type = members.take('type');
  const text = members.string('text') ?? '';
  const annotations = members.list('annotations');
  const logprobs = members.list('logprobs');
  const had = optional.filter((name) => node[name] !== undefined && node[name] !== null);
  const extra = members.plainExtra({
    ...form,
    ...(type === usual ? {} : { type }),
    ...(had.length === 0 && usual === 'input_text' ? {} : { had }),
  });
  return {
    kind: 'text',
    text,
    ...(annotations === undefined || annotations.length === 0 ? {} : { citations: annotations.map(decodeCitation) }),
    ...(logprobs === undefined || logprobs.length === 0 ? {} : { logprobs }),
    ...given('extra', extra),
  };
}

/** `had`: the optional members a part from elsewhere is given. */
export function encodeText(part: TextPart, usual: string, had: readonly string[]): Draft {
  const form = formOf(part.extra);
  const members = part.extra?.dialect === own ? ((form.had as readonly string[] | undefined) ?? []) : had;
  const draft: Draft = { type: form.type ?? usual, text: part.text };
  const citations = (part.citations ?? []).flatMap((citation) => encodeCitation(citation, part.text.length));
  if (citations.length > 0 || members.includes('annotations')) draft.annotations = citations;
  if (part.logprobs !== undefined || members.includes('logprobs')) draft.logprobs = part.logprobs ?? [];
  return withExtra(draft, part.extra);
}

/** Offsets are taken as they are: every recorded one fits the text either way of counting. */
export function decodeCitation(value: unknown): Citation {
  const members = new Members(asObject(value) ?? { value });
  if (members.node.type !== 'url_citation') return { extra: { dialect: own, fields: members.node } };
  members.take('type');
  return {
    ...given('url', members.string('url')),
    ...given('title', members.string('title')),
    ...given('start', members.number('start_index')),
    ...given('end', members.number('end_index')),
    extra: members.extra(),
  };
}

/** Nothing where there is no address: this dialect cites pages of the web only. A citation without offsets is of all that was said. */
export function encodeCitation(citation: Citation, length: number): Draft[] {
  const { extra, url, title, start, end } = citation;
  if (extra?.dialect === own && url === undefined) return [{ ...extra.fields }];
  if (url === undefined) return [];
  const draft = { type: 'url_citation', url, title, start_index: start, end_index: end };
  if (extra?.dialect === own) return [withExtra(present(draft), extra)];
  // All members are demanded.
  return [{ ...draft, title: title ?? url, start_index: start ?? 0, end_index: end ?? length }];
}

export function decodeRefusal(node: JsonObject, form: JsonObject = {}): RefusalPart {
  const members = new Members(node);
  members.take('type');
  const text = members.string('refusal') ?? '';
  return { kind: 'refusal', text, ...given('extra', members.plainExtra(form)) };
}

export function encodeRefusal(part: RefusalPart): Draft {
  return withExtra({ type: 'refusal', refusal: part.text }, part.extra);
}
