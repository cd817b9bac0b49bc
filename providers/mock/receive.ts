// The body of a request as fields, however it was sent: JSON, a form (a file becomes its name, size and text), or bytes.
import type { IncomingMessage } from 'node:http';
import { asJson, type Json } from './conversation.ts';

/** Longest text of a file that is remembered: it goes into the file's id. */
const mostText = 512;

export async function receive(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return readForm(bytes, type);
  const json = type === '' || type.includes('json') || type.startsWith('text/');
  if (!json || request.headers['x-goog-upload-offset'] !== undefined) return { file: fileOf('', bytes) };
  return bytes.length === 0 ? {} : asJson(JSON.parse(bytes.toString()));
}

async function readForm(bytes: Buffer, type: string): Promise<Json> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    fields[name] =
      typeof value === 'string' ? readField(value) : fileOf(value.name, Buffer.from(await value.arrayBuffer()));
  }
  return fields;
}

function readField(value: string): unknown {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

function fileOf(name: string, bytes: Buffer): Json {
  return { name, bytes: bytes.length, ...(bytes.length > mostText ? {} : { text: bytes.toString('latin1') }) };
}
