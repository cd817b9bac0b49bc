// One part of a content, in requests and answers alike. A `thoughtSignature` may stand on any of them, on an empty text
// too (wire.md 6): it stays with the part it came with.
import type { JsonObject, MediaPart, MediaSource, Opaque, Part } from '../../../core/index.ts';
import { asObject } from '../../json.ts';
import { extraOf, Members } from './members.ts';
import { isKeptFile, isVideoPage, mediaKind, mimeOf } from './mime.ts';
import { readResult } from './read-result.ts';

/** What a signature is: the client's own or wrapped (requests), or issued by an upstream (answers). */
export type Signed = (data: string) => Opaque;

export function readPart(raw: unknown, signed: Signed): Part {
  if (typeof raw === 'string') return { kind: 'text', text: raw, ...extraOf(undefined, { bare: true }) };
  const object = asObject(raw);
  if (object === undefined) return { kind: 'native', dialect: 'gemini', type: 'unknown', raw: { value: raw } };
  const members = new Members(object);
  const signature = members.text('thoughtSignature');
  const part = readData(members, signed) ?? readOther(members, object);
  return signature === undefined ? part : { ...part, opaque: signed(signature) };
}

function readData(members: Members, signed: Signed): Part | undefined {
  const text = members.text('text');
  if (text !== undefined) return readText(members, text);
  const blob = members.object('inlineData');
  if (blob !== undefined) return readBlob(members, blob);
  const file = members.object('fileData');
  if (file !== undefined) return readFile(members, file);
  const call = members.object('functionCall');
  if (call !== undefined) return readCall(members, call);
  const response = members.object('functionResponse');
  return response === undefined ? undefined : readResult(members, response, signed);
}

function readText(members: Members, text: string): Part {
  const thought = members.flag('thought');
  if (thought === true) return { kind: 'reasoning', text, ...members.extra() };
  return { kind: 'text', text, ...members.extra(thought === false ? { thought } : undefined) };
}

/** Parts with no data say nothing (but may be signed); what is none of the known kinds is the vendor's own. */
function readOther(members: Members, object: JsonObject): Part {
  const rest = members.rest();
  const [type] = Object.keys(rest ?? {}).filter((name) => name !== 'thought');
  if (type !== undefined) {
    const { thoughtSignature: _, thought_signature: __, ...raw } = object;
    return { kind: 'native', dialect: 'gemini', type, raw };
  }
  const kind = members.flag('thought') === true ? 'reasoning' : 'text';
  return { kind, text: '', ...members.extra({ empty: true }) };
}

/** Bytes of the file in base64, of either alphabet: other vendors know the plain one only. */
function readBlob(around: Members, blob: JsonObject): MediaPart {
  const members = new Members(blob);
  const mimeType = members.text('mimeType');
  const data = members.text('data') ?? '';
  const isUrlSafe = data.includes('-') || data.includes('_');
  const base64 = isUrlSafe ? data.replaceAll('-', '+').replaceAll('_', '/') : data;
  const name = members.text('displayName');
  return {
    kind: 'media',
    media: mediaKind(mimeType ?? ''),
    source: { type: 'data', mimeType: mimeType ?? 'application/octet-stream', base64 },
    ...(name === undefined ? {} : { name }),
    ...around.extra(
      { ...(isUrlSafe ? { urlSafe: true } : {}), ...(mimeType === undefined ? { untyped: true } : {}) },
      members.inside('inlineData'),
    ),
  };
}

function readFile(around: Members, file: JsonObject): MediaPart {
  const members = new Members(file);
  const uri = members.text('fileUri') ?? '';
  const mimeType = members.text('mimeType');
  const name = members.text('displayName');
  const known = mimeType ?? mimeOf(uri);
  const type = mimeType === undefined ? {} : { mimeType };
  const source: MediaSource = isKeptFile(uri) ? { type: 'file', id: uri, ...type } : { type: 'url', url: uri, ...type };
  return {
    kind: 'media',
    media: known === undefined && isVideoPage(uri) ? 'video' : mediaKind(known ?? ''),
    source,
    ...(name === undefined ? {} : { name }),
    ...around.extra({}, members.inside('fileData')),
  };
}

function readCall(around: Members, call: JsonObject): Part {
  const members = new Members(call);
  const id = members.text('id') ?? '';
  const name = members.text('name') ?? '';
  const args = members.take('args', (value) => value);
  return {
    kind: 'tool-call',
    id,
    name,
    arguments: args === undefined ? '{}' : JSON.stringify(args),
    ...around.extra(args === undefined ? { noArgs: true } : {}, members.inside('functionCall')),
  };
}
