// Reasoning beside the content of an assistant message. The dialect has no standard member for it: DeepSeek and most others
// say `reasoning_content`, Groq, Ollama and OpenRouter `reasoning`, some both (wire.md 6).
import type { Opaque, ReasoningPart } from '../../../core/index.ts';
import { asString, type JsonObject } from '../../json.ts';
import { type Members, own } from '../members.ts';
import { isOpaque, sealed, sortDetails, textOf } from './details.ts';

/** How what stands in a place for blobs is understood: in a request it may be an envelope, in an answer it is the upstream's. */
export type ReadOpaque = (data: string) => Opaque;

export function decodeReasoning(members: Members, read: ReadOpaque, opensEnvelopes: boolean): ReasoningPart[] {
  const told = members.string('reasoning_content');
  // Both with the same text is one text; `reasoning` may also be something else.
  const other = told === undefined ? members.string('reasoning') : undefined;
  const both = told !== undefined && members.node.reasoning === told && members.take('reasoning') !== undefined;
  const form = both ? 'both' : other === undefined ? undefined : 'reasoning';
  const list = members.list('reasoning_details') ?? [];
  const { ours, theirs } = sortDetails(list, opensEnvelopes);
  const text = told ?? other ?? '';
  if (ours.length > 0) return split(text, ours, read, form);
  if (text === '' && theirs.length === 0) return [];
  const spelled = text === '' ? 'details' : form;
  const fields = theirs.length > 0 && !isOpaque(theirs) ? { reasoning_details: theirs } : undefined;
  const extra = {
    dialect: own,
    ...(fields === undefined ? {} : { fields }),
    ...(spelled === undefined ? {} : { form: { reasoning: spelled } }),
  } as const;
  return [
    {
      kind: 'reasoning',
      text: text === '' ? textOf(theirs) : text,
      ...(fields === undefined && theirs.length > 0 ? { opaque: read(sealed(theirs)) } : {}),
      ...(extra.fields === undefined && extra.form === undefined ? {} : { extra }),
    },
  ];
}

/** The text cut at the places that the entries name; what no entry claims was not signed. */
function split(text: string, ours: readonly JsonObject[], read: ReadOpaque, spelled: string | undefined) {
  const extra = spelled === undefined ? {} : ({ extra: { dialect: own, form: { reasoning: spelled } } } as const);
  const parts: ReasoningPart[] = [];
  let at = 0;
  const plain = (until: number) => {
    const between = text.slice(at, until).replace(/^\n\n|\n\n$/g, '');
    if (between !== '') parts.push({ kind: 'reasoning', text: between, ...extra });
  };
  for (const { data, start, end, id, redacted, summarised } of ours) {
    const placed = typeof start === 'number' && typeof end === 'number' && start >= at && end <= text.length;
    if (placed) {
      plain(start);
      at = end;
    }
    const named = asString(id);
    parts.push({
      kind: 'reasoning',
      text: placed ? text.slice(start, end) : '',
      opaque: read(asString(data) ?? ''),
      ...(named === undefined ? {} : { id: named }),
      ...(redacted === true ? { redacted } : {}),
      ...(summarised === true ? { summarised } : {}),
      ...extra,
    });
  }
  plain(text.length);
  return parts;
}
