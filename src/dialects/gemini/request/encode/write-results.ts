// Results of functions. What a function returned is an object in this API: texts and lists are wrapped.
import type { JsonObject, Part, ToolResultPart } from '../../../../core/index.ts';
import { parseExact } from '../../../canonical/numbers.ts';
import { asObject } from '../../../json.ts';
import { formOf, spelled } from '../../wire/spell.ts';
import { writePart } from '../../wire/write-part.ts';
import { flattened } from './documents.ts';
import type { RequestSaying } from './saying.ts';
import type { Entry } from './turns.ts';

/** Parts of a content that holds results. Media that has no place within a result stands behind the results. */
export function writeResults(entries: readonly Entry[], own: boolean, saying: RequestSaying): JsonObject[] {
  const results: JsonObject[] = [];
  const media: JsonObject[] = [];
  const others: JsonObject[] = [];
  for (const { part, from } of entries) {
    if (part.kind !== 'tool-result') {
      const written = writePart(part, from, saying);
      if (written !== undefined) (own ? results : others).push(written);
      continue;
    }
    const isOwn = (part.extra?.dialect ?? from) === 'gemini';
    results.push(isOwn ? writeOwn(part, saying) : writeForeign(part, from, media, saying));
  }
  return [...results, ...media, ...others];
}

function writeOwn(part: ToolResultPart, saying: RequestSaying): JsonObject {
  const form = formOf(part.extra);
  const parts = part.content
    .filter(({ kind }) => kind !== 'text')
    .map((inside) => writePart(inside, 'gemini', saying))
    .filter((inside) => inside !== undefined);
  const response = responseAsItWas(part, form) ?? responseOf(part, textOf(part.content));
  const isGone = form?.wrapping === 'none' && textOf(part.content) === '';
  const functionResponse: Record<string, unknown> = {
    ...(part.callId === '' ? {} : { id: part.callId }),
    ...(part.name === undefined ? {} : { name: part.name }),
    ...(isGone ? {} : { response }),
    ...(parts.length > 0 || form?.noParts === true ? { parts } : {}),
  };
  const signature = saying.sign(part, 'gemini');
  const signed = signature === undefined ? {} : { thoughtSignature: signature };
  return spelled({ functionResponse, ...signed }, part.extra);
}

/** Undefined where it no longer means what it did. */
function responseAsItWas(part: ToolResultPart, form: JsonObject | undefined): unknown {
  const { wrapping, json } = form ?? {};
  if (typeof wrapping !== 'string' || (part.isError === true) !== (wrapping === 'error')) return undefined;
  const text = textOf(part.content);
  const value = json === true ? (parseExact(text) ?? text) : text;
  if (wrapping === 'whole') return asObject(value);
  return wrapping === 'none' ? undefined : { [wrapping]: value };
}

function writeForeign(
  part: ToolResultPart,
  from: Entry['from'],
  siblings: JsonObject[],
  saying: RequestSaying,
): JsonObject {
  saying.dropExtra(part.extra);
  const content = part.content.flatMap(flattened);
  const inside: JsonObject[] = [];
  for (const piece of content) {
    if (piece.kind === 'text' || piece.kind === 'refusal') continue;
    const written = writePart(piece, piece.extra?.dialect ?? from, saying);
    if (written !== undefined) (saying.family.isThird && isSeenInside(written) ? inside : siblings).push(written);
  }
  const functionResponse = {
    ...(part.callId !== '' && saying.ids ? { id: part.callId } : {}),
    name: part.name ?? saying.names.get(part.callId) ?? 'unknown_function',
    response: responseOf(part, textOf(content)),
    ...(inside.length === 0 ? {} : { parts: inside }),
  };
  return { functionResponse };
}

/**
 * Generation 3 sees images and documents within a result, given as bytes; other media stands beside.
 * https://ai.google.dev/gemini-api/docs/function-calling#multimodal
 */
function isSeenInside({ inlineData }: JsonObject): boolean {
  return /^(?:image\/|application\/pdf|text\/)/.test(String(asObject(inlineData)?.mimeType ?? ''));
}

function textOf(content: readonly Part[]): string {
  const texts = content.filter((part) => part.kind === 'text' || part.kind === 'refusal').map(({ text }) => text);
  return texts.length === 1 ? (texts[0] ?? '') : texts.join('\n');
}

/** JSON objects as they are; where one has the members that mean something here, and everything else, wrapped. */
function responseOf({ isError }: ToolResultPart, text: string): JsonObject {
  if (isError === true) return { error: text };
  const object = text.trimStart().startsWith('{') ? asObject(parseExact(text)) : undefined;
  if (object === undefined) return { output: text };
  return 'output' in object || 'error' in object || 'result' in object ? { output: object } : object;
}
