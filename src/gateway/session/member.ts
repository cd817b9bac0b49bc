// Members of a body's top level, of which no more is parsed than is asked for.
import type { ReadBody } from '../../upstream/body/body.ts';
import type { Member } from '../../upstream/body/scan.ts';
import { copy } from '../../upstream/body/splice.ts';

export function memberIn({ scanned }: ReadBody, key: string): Member | undefined {
  return scanned?.members.find((member) => member.key === key);
}

/** The bytes of its value, `most` of them; no copy where the body came in one piece. */
export function bytesOf({ chunks }: ReadBody, { valueStart, valueEnd }: Member, most: number): Buffer {
  const end = Math.min(valueEnd, valueStart + most);
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only.subarray(valueStart, end);
  const parts: Buffer[] = [];
  copy(chunks, valueStart, end, parts);
  return Buffer.concat(parts);
}

/** Undefined where there is none, or it is longer than `most` bytes. */
export function parsedMember(body: ReadBody, key: string, most: number): unknown {
  const member = memberIn(body, key);
  if (member === undefined) return undefined;
  if (member.value !== undefined) return member.value;
  return member.valueEnd - member.valueStart > most ? undefined : parsed(bytesOf(body, member, most));
}

export function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    // The scanner lets odd escapes through: the upstream says what it thinks of them.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A text that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
