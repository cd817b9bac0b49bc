// A translated body as bytes, with the provider's own names for fields.
import type { BodyRequest, JsonObject, ProviderManifest } from '../../core/index.ts';
import { ownMembers } from '../attempt/own-members.ts';
import type { Provider } from '../snapshot.ts';

/** Fields whose meaning must not be renamed or dropped away from under policy. */
const untouchable = new Set(['model', 'stream']);

/** Said by an encoder on the gateway's own behalf: to leave them out takes nothing from the client. */
const unasked = new Set(['stream_options', 'store']);

export function outgoingBody(
  body: JsonObject,
  { code, loaded }: Pick<Provider, 'code' | 'loaded'>,
  request: BodyRequest,
): { text: Buffer; dropped: readonly string[] } {
  const { body: sent, dropped } = inOwnWords(body, loaded.manifest);
  const own = ownMembers(code, request);
  return { text: Buffer.from(JSON.stringify(own === undefined ? sent : laidOver(sent, own))), dropped };
}

function laidOver(body: JsonObject, own: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...body, ...own }).filter(([, value]) => value !== null));
}

/** What the directory renames and drops. */
export function inOwnWords(
  body: JsonObject,
  { parameters }: Pick<ProviderManifest, 'parameters'>,
): { readonly body: JsonObject; readonly dropped: readonly string[] } {
  if (parameters === undefined) return { body, dropped: [] };
  const { rename = {}, drop = [] } = parameters;
  const dropped: string[] = [];
  const sent: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    const name = Object.hasOwn(rename, key) ? (rename[key] ?? key) : key;
    // Of a field under both its names the one the provider knows is kept.
    const doubled = name !== key && Object.hasOwn(body, name);
    if (!untouchable.has(key) && (drop.includes(key) || doubled)) {
      if (!unasked.has(key)) dropped.push(key);
    } else sent[untouchable.has(key) ? key : name] = value;
  }
  return { body: sent, dropped };
}
