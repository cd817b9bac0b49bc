// What a target sets in the upstream's body (`set`), whatever the client said and the translation made of it: the last
// thing that happens to it.
import type { JsonObject, Operation, Target } from '../../core/index.ts';
import { scannedBody } from '../../upstream/body/scanned-body.ts';
import { editMembers, splice } from '../../upstream/body/splice.ts';
import type { UpstreamBody } from './body-for.ts';

/** Counting takes little of what an answer does, and refuses the rest. */
function applies(operation: Operation): boolean {
  return operation !== 'count-tokens';
}

/** JSON only: a form stays as it is. */
export function withMembersSet(target: Target, operation: Operation, sent: UpstreamBody): UpstreamBody {
  const { set } = target;
  if (set === undefined || !applies(operation) || !Array.isArray(sent.body)) return sent;
  const { scanned, chunks } = scannedBody(sent.body);
  if (scanned?.kind !== 'object') return sent;
  const drop = Object.keys(set).filter((name) => set[name] === null);
  const edits = editMembers(scanned, { set: valuesOf(set), drop });
  if (edits.length === 0) return sent;
  const body = splice(chunks, edits);
  return { ...sent, body, bytes: body.reduce((sum, chunk) => sum + chunk.length, 0) };
}

/** The same of a body that is not written yet. */
export function setMembers({ set }: Target, operation: Operation, body: JsonObject): JsonObject {
  if (set === undefined || !applies(operation)) return body;
  const others = Object.entries(body).filter(([name]) => !Object.hasOwn(set, name));
  return { ...Object.fromEntries(others), ...valuesOf(set) };
}

function valuesOf(set: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null));
}
