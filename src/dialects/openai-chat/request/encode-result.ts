// A tool's result of another dialect. A tool message holds text; pictures and files follow in a user message that names
// the call (wire.md 4: dropping them or writing them out as text is a known fault of other gateways).
import type { Destination, JsonObject, Part, ToolResultPart } from '../../../core/index.ts';
import { own } from '../members.ts';
import { encodeMedia } from '../message/encode-media.ts';

export interface EncodedResult {
  readonly message: JsonObject;
  readonly attached: readonly JsonObject[];
}

export function encodeResult(result: ToolResultPart, to: Destination): EncodedResult {
  const { callId, content, isError, extra } = result;
  to.notes.dropExtra('part', extra, own);
  const texts: string[] = [];
  const media: JsonObject[] = [];
  for (const part of content) sort(part, texts, media, to);
  const label = `Attachments of tool call ${callId}:`;
  const text = texts.join('\n');
  const said = text === '' && media.length > 0 ? `See the attachments of tool call ${callId} below.` : text;
  // There is no member for it (wire.md 4).
  const told = isError === true && !/^error\b/i.test(said) ? `Error: ${said}` : said;
  return {
    message: { role: 'tool', tool_call_id: callId, content: told },
    attached: media.length === 0 ? [] : [{ type: 'text', text: label }, ...media],
  };
}

function sort(part: Part, texts: string[], media: JsonObject[], to: Destination): void {
  if (part.kind === 'text') {
    to.notes.dropExtra('part', part.extra, own);
    if (part.text !== '') texts.push(part.text);
    return;
  }
  if (part.kind !== 'media') {
    to.notes.drop('part');
    return;
  }
  for (const encoded of encodeMedia(part, to)) {
    if (encoded.type === 'text' && typeof encoded.text === 'string') texts.push(encoded.text);
    else media.push(encoded);
  }
}
