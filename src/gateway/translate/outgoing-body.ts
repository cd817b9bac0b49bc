// A translated body as bytes, with the provider's own names for fields.
import type { JsonObject } from '../../core/index.ts';
import type { Provider } from '../snapshot.ts';

/** Fields whose meaning must not be renamed or dropped away from under policy. */
const untouchable = new Set(['model', 'stream']);

export function outgoingBody(body: JsonObject, { loaded }: Provider): { text: Buffer; dropped: readonly string[] } {
  const { parameters } = loaded.manifest;
  if (parameters === undefined) return { text: Buffer.from(JSON.stringify(body)), dropped: [] };
  const { rename = {}, drop = [] } = parameters;
  const dropped: string[] = [];
  const sent: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    const name = Object.hasOwn(rename, key) ? (rename[key] ?? key) : key;
    // Of a field under both its names the one the provider knows is kept.
    const doubled = name !== key && Object.hasOwn(body, name);
    if (!untouchable.has(key) && (drop.includes(key) || doubled)) dropped.push(key);
    else sent[untouchable.has(key) ? key : name] = value;
  }
  return { text: Buffer.from(JSON.stringify(sent)), dropped };
}
