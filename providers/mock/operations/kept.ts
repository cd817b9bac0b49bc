// What a mock account keeps. It has no memory (each thread of the gateway has a mock of its own), so what it should
// remember is written into the id it gives out.
import { asJson, asText, type Json } from '../conversation.ts';

export function idFor(prefix: string, kept: Json): string {
  return prefix + Buffer.from(JSON.stringify(kept)).toString('base64url');
}

/** What the id says; nothing where it was not made here. */
export function keptIn(id: unknown): Json {
  const text = Buffer.from(asText(id).replace(/^[a-z]+[-_/]/, ''), 'base64url').toString();
  try {
    return asJson(JSON.parse(text));
  } catch {
    return {};
  }
}

export function asNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
