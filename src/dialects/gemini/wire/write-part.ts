// One part of a content, written. What a place cannot hold is told through `Saying`, which requests and answers fill
// differently: the one collects notes, the other what was lost.
import type { DialectName, Extra, JsonObject, MediaPart, Part, ToolCallPart } from '../../../core/index.ts';
import { parseArguments, parseExact } from '../../canonical/numbers.ts';
import { isKeptFile, isVideoPage, mimeOf } from './mime.ts';
import { formOf, spelled } from './spell.ts';

export interface Saying {
  /** The signature to write on a part; undefined where it has none or must not be sent. */
  sign(part: Part, from: DialectName | undefined): string | undefined;
  /** Calls that came in another dialect get an id. */
  readonly ids: boolean;
  /** Thoughts are told although nobody signed them. */
  readonly thoughts: boolean;
  /** A file that the upstream cannot read; throws where leaving it out would change the meaning. */
  unreadable(part: MediaPart): void;
  /** A part that has no counterpart here. */
  unsayable(part: Part): void;
  /** A member that has none. */
  drop(what: Dropped): void;
  dropExtra(extra: Extra | undefined): void;
  /** Addresses of images are fetched by the upstream. */
  readonly imageUrls: boolean;
}

export type Dropped =
  | 'reasoning.text'
  | 'media.name'
  | 'media.detail'
  | 'media.citations'
  | 'toolCall.arguments'
  | 'text.citations';

/** Undefined where nothing is left to say. `from`: the dialect of what the part stands in. */
export function writePart(part: Part, from: DialectName | undefined, saying: Saying): JsonObject | undefined {
  const own = (part.extra?.dialect ?? from) === 'gemini';
  const data = dataOf(part, own, saying);
  if (data === undefined) return undefined;
  saying.dropExtra(part.extra);
  const signature = saying.sign(part, from);
  const isForeign = !own || part.opaque !== undefined;
  if (part.kind === 'reasoning' && isForeign && signature === undefined && !saying.thoughts) {
    if (part.text !== '') saying.drop('reasoning.text');
    return undefined;
  }
  if (signature !== undefined) data.thoughtSignature = signature;
  return isSilent(data) && !own ? undefined : spelled(data, part.extra);
}

/** An empty text without a signature is refused by some models and read by none. */
function isSilent(data: JsonObject): boolean {
  return data.text === '' && data.thoughtSignature === undefined;
}

function dataOf(part: Part, own: boolean, saying: Saying): Record<string, unknown> | undefined {
  const form = formOf(part.extra);
  switch (part.kind) {
    case 'text':
      // Where a text in the history was founded is of no use to the model, and has no place.
      if (part.citations !== undefined && !own) saying.drop('text.citations');
      if (form?.empty === true && part.text === '') return {};
      return { text: part.text, ...(form?.thought === false ? { thought: false } : {}) };
    case 'refusal':
      return { text: part.text };
    case 'reasoning':
      return form?.empty === true && part.text === '' ? { thought: true } : { text: part.text, thought: true };
    case 'tool-call':
      return { functionCall: callOf(part, own, saying) };
    case 'media':
      return mediaOf(part, own, saying);
    case 'native':
      if (part.dialect === 'gemini') return { ...part.raw };
      saying.unsayable(part);
      return undefined;
    default:
      saying.unsayable(part);
      return undefined;
  }
}

function callOf(part: ToolCallPart, own: boolean, saying: Saying): JsonObject {
  const form = formOf(part.extra);
  const id = part.id !== '' && (own || saying.ids) ? { id: part.id } : {};
  if (form?.noArgs === true && part.arguments === '{}') return { ...id, name: part.name };
  // Tools that take free text do not exist here: it is the one argument of a function (as `fit` declares them).
  if (part.custom === true) return { ...id, name: part.name, args: { input: part.arguments } };
  const args = parseArguments(part.arguments) ?? (own ? parseExact(part.arguments) : undefined);
  if (args === undefined) saying.drop('toolCall.arguments');
  return { ...id, name: part.name, args: args ?? {} };
}

function mediaOf(part: MediaPart, own: boolean, saying: Saying): Record<string, unknown> | undefined {
  const { source } = part;
  if (part.detail !== undefined) saying.drop('media.detail');
  if (part.citations === true) saying.drop('media.citations');
  // Only the vendor's other platform knows a name for a file; here it is an unknown field.
  if (part.name !== undefined && !own) saying.drop('media.name');
  const named = own && part.name !== undefined ? { displayName: part.name } : {};
  switch (source.type) {
    case 'data': {
      const form = formOf(part.extra);
      const data = form?.urlSafe === true ? source.base64.replaceAll('+', '-').replaceAll('/', '_') : source.base64;
      return { inlineData: { ...(form?.untyped === true ? {} : { mimeType: source.mimeType }), data, ...named } };
    }
    case 'url':
      if (!own && !saying.imageUrls && !isReadable(source.url)) saying.unreadable(part);
      return { fileData: { ...typeOf(source.mimeType, source.url, own), fileUri: source.url, ...named } };
    case 'file':
      if (!own && !isKeptFile(source.id)) saying.unreadable(part);
      return { fileData: { ...typeOf(source.mimeType, source.id, own), fileUri: source.id, ...named } };
    case 'text':
      return { text: source.text };
    default:
      saying.unsayable(part);
      return undefined;
  }
}

/** Addresses that every model of the vendor can read. */
function isReadable(url: string): boolean {
  return isKeptFile(url) || isVideoPage(url);
}

function typeOf(mimeType: string | undefined, address: string, own: boolean): JsonObject {
  const known = mimeType ?? (own ? undefined : mimeOf(address));
  return known === undefined ? {} : { mimeType: known };
}
