// Reads the body of a control request: small, whole, UTF-8.
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refuse.ts';

const mostBytes = 4 * 1024 * 1024;

/** Throws a 413 Refusal for one that is larger. */
export async function readText(request: IncomingMessage, most = mostBytes): Promise<string> {
  const body = await readBytes(request, most).catch((cause: unknown) => {
    // Whoever leaves in the middle hears nothing of it; nor is it a fault of this API, to be logged as one.
    throw cause instanceof Refusal ? cause : new Refusal(400, 'body-cut-off', 'The body was cut off.', { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new Refusal(400, 'invalid-utf8', 'The body is not valid UTF-8.', { cause });
  }
}

async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) throw new Refusal(413, 'body-too-large', `The body is larger than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One string member of a JSON object. */
export async function readMember(request: IncomingMessage, name: string): Promise<string> {
  const value = parseJson(await readText(request));
  if (typeof value === 'object' && value !== null && name in value) {
    const member: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    if (typeof member === 'string' && member !== '') return member;
  }
  throw new Refusal(400, 'invalid-request', `Send a JSON object with the string "${name}".`);
}

/** Throws a 400 Refusal for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, 'invalid-json', 'The body is not valid JSON.', { cause });
  }
}
