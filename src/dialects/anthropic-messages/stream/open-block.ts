// A content block while it is read: what its deltas mean, and what is known of it in the end.
import type { Delta, JsonObject, Part, PartEnding } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { parseExact } from '../../canonical/numbers.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { decodeCitation } from '../blocks/citations.ts';
import { type Blob, decodeBlock, decodeThinking, decodeToolUse } from '../blocks/decode.ts';
import { type Draft, own } from '../members.ts';

export interface OpenBlock {
  /** The part as it starts; undefined where it is known in the end only. */
  readonly part: Part | undefined;
  /** As the events number it. */
  readonly number: unknown;
  /** Text that grows the part, and citations; undefined where the delta says nothing (yet). */
  grow(delta: JsonObject): Pick<Extract<Delta, { type: 'part-delta' }>, 'text' | 'citations'> | undefined;
  /** Text still to be told. */
  rest(): string;
  /** The part, where it is known in the end only. */
  whole(): Part | undefined;
  ending(): PartEnding | undefined;
}

const nothing = (): undefined => undefined;
const noText = (): string => '';

export function openBlock(number: unknown, block: JsonObject, blob: Blob): OpenBlock {
  if (block.type === 'thinking') return thinking(number, block, blob);
  if (block.type === 'tool_use') return toolUse(number, block);
  const part = block.type === 'text' ? decodeBlock(block, blob) : undefined;
  return part?.kind === 'text' ? text(number, part) : gathered(number, block, blob);
}

function text(number: unknown, part: Part): OpenBlock {
  const grow: OpenBlock['grow'] = (delta) => {
    if (delta.type === 'text_delta') return { text: asString(delta.text) ?? '' };
    const citation = delta.type === 'citations_delta' ? asObject(delta.citation) : undefined;
    return citation === undefined ? undefined : { text: '', citations: [decodeCitation(citation)] };
  };
  return { part, number, grow, rest: noText, whole: nothing, ending: nothing };
}

function thinking(number: unknown, block: JsonObject, blob: Blob): OpenBlock {
  const { opaque: _, ...part } = decodeThinking(block, blob);
  let signature = asString(block.signature) ?? '';
  const grow: OpenBlock['grow'] = (delta) => {
    if (delta.type === 'thinking_delta') return { text: asString(delta.thinking) ?? '' };
    if (delta.type === 'signature_delta') signature += asString(delta.signature) ?? '';
    return undefined;
  };
  const ending = (): PartEnding | undefined => {
    if (signature === unsigned) return { extra: { ...part.extra, dialect: own, form: { unsigned: true } } };
    return signature === '' ? undefined : { opaque: blob(signature) };
  };
  return { part, number, grow, rest: noText, whole: nothing, ending };
}

/** Compatible vendors give the input whole at the start, and then no delta. */
function toolUse(number: unknown, block: JsonObject): OpenBlock {
  const whole = decodeToolUse(block);
  let told = false;
  const grow: OpenBlock['grow'] = (delta) => {
    const json = delta.type === 'input_json_delta' ? (asString(delta.partial_json) ?? '') : '';
    if (json === '') return undefined;
    told = true;
    return { text: json };
  };
  const rest = (): string => (told ? '' : whole.arguments);
  return { part: { ...whole, arguments: '' }, number, grow, rest, whole: nothing, ending: nothing };
}

/** Anything else: told when it is whole. */
function gathered(number: unknown, block: JsonObject, blob: Blob): OpenBlock {
  const raw: Draft = { ...block };
  let json = '';
  const grow = (delta: JsonObject): undefined => {
    if (delta.type === 'input_json_delta') json += asString(delta.partial_json) ?? '';
    else gather(raw, delta);
  };
  const whole = (): Part => {
    if (json !== '') raw.input = parseExact(json) ?? json;
    return decodeBlock(raw, blob);
  };
  return { part: undefined, number, grow, rest: noText, whole, ending: nothing };
}

/** Deltas of kinds unknown: text is appended, lists are joined, the rest replaces. */
function gather(raw: Draft, { type: _, ...members }: JsonObject): void {
  for (const [name, value] of Object.entries(members)) {
    const before = raw[name];
    if (typeof before === 'string' && typeof value === 'string') raw[name] = before + value;
    else if (Array.isArray(before) && Array.isArray(value)) raw[name] = [...before, ...(asArray(value) ?? [])];
    else raw[name] = value;
  }
}

export function endingOf(block: OpenBlock): { readonly set?: PartEnding } {
  return given({ set: block.ending() });
}
