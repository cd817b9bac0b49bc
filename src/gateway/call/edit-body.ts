// A JSON body as a plugin wants it: members of the top level that it leaves alone keep their bytes, the others are
// written anew.
import { GatewayError, type JsonObject } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { asObject } from '../../dialects/json.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { Scanned } from '../../upstream/body/scan.ts';
import { scannedBody } from '../../upstream/body/scanned-body.ts';
import { editMembers, splice } from '../../upstream/body/splice.ts';

/** Returns the body it was handed, or a copy that differs. */
export type BodyChange = (body: JsonObject) => JsonObject;

/** Decided before any plugin saw the body: keys, routes and limits go by them. */
const untouchable = ['model', 'stream'];
const byteOrderMark = '\uFEFF';

/**
 * Undefined where nothing changes or the body is no JSON object. Throws `invalid-json`, `duplicate-field`, and a plain
 * Error where `model` or `stream` would change.
 */
export function editBody(body: ReadBody, change: BodyChange): ReadBody | undefined {
  const { chunks, scanned } = body;
  if (scanned?.kind !== 'object') return undefined;
  mustBeSingle(scanned);
  const before = parse(chunks);
  const after = change(before);
  if (after === before) return undefined;
  mustNotMove(before, after);
  const set = Object.entries(after).filter(([name, value]) => value !== undefined && !holds(before, name, value));
  const drop = Object.keys(before).filter((name) => !Object.hasOwn(after, name) || after[name] === undefined);
  const edits = editMembers(scanned, { set: Object.fromEntries(set), drop });
  return edits.length === 0 ? undefined : scannedBody(splice(chunks, edits));
}

/** A plugin decides by what it reads here: the upstream must not read another one of the same name. */
function mustBeSingle({ members }: Scanned): void {
  const seen = new Set<string>();
  for (const { key } of members) {
    if (seen.has(key)) {
      const named = JSON.stringify(key.slice(0, 100));
      throw new GatewayError('duplicate-field', { message: `The request body repeats ${named}.`, param: key });
    }
    seen.add(key);
  }
}

function parse(chunks: readonly Buffer[]): JsonObject {
  const text = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString();
  const body = asObject(parseExact(text.startsWith(byteOrderMark) ? text.slice(1) : text));
  if (body === undefined) throw new GatewayError('invalid-json');
  return body;
}

function mustNotMove(before: JsonObject, after: JsonObject): void {
  for (const name of untouchable) {
    if (Object.hasOwn(before, name) === Object.hasOwn(after, name) && before[name] === after[name]) continue;
    throw new Error(`a plugin may not change the field ${name} of a request`);
  }
}

function holds(body: JsonObject, name: string, value: unknown): boolean {
  return Object.hasOwn(body, name) && body[name] === value;
}
