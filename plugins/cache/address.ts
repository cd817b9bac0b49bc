// Where the answer to a request is kept: a hash of all that makes the answer what it is. Undefined where none may be kept.
import { hash } from 'node:crypto';
import type { Call, CallContext } from 'portico';
import { type Canonical, canonical } from './canonical.ts';
import type { Settings } from './settings.ts';

export async function addressOf(ctx: CallContext, settings: Settings): Promise<string | undefined> {
  const { call } = ctx;
  const whose = ownerOf(call, settings.scope);
  const { model, stream, bytes } = await call.facts();
  if (whose === undefined || bytes > settings.maxRequest) return undefined;
  const said = canonical(await call.body(), new Set(settings.ignore));
  if (said === undefined || !mayKeep(said, settings, call)) return undefined;
  const headers = settings.headers.map((name) => [name.toLowerCase(), ctx.get(name)]);
  const { route, dialect, operation } = call;
  const rest = {
    route,
    dialect,
    operation,
    path: ctx.path,
    query: queryOf(ctx),
    model: model ?? null,
    stream,
    headers,
  };
  return hash('sha256', `${JSON.stringify([settings.namespace, whose, rest])}\n${said.text}`, 'base64url');
}

/** Who may get the answer again. Without a key the address stands for the client; one that cannot be told is nobody's. */
function ownerOf({ key, clientIp }: Call, scope: Settings['scope']): string | undefined {
  if (scope === 'shared') return 'all';
  if (key !== undefined) return `key ${key.name}`;
  return clientIp === '' ? undefined : `ip ${clientIp}`;
}

/** The query without the credential that some dialects put there. */
function queryOf({ querystring }: CallContext): string[] {
  return [...new URLSearchParams(querystring)]
    .filter(([name]) => name !== 'key')
    .map((pair) => JSON.stringify(pair))
    .sort();
}

function mayKeep(said: Canonical, { nondeterministic, scope }: Settings, call: Call): boolean {
  if (isAct(said)) return false;
  if (!nondeterministic && asksForVariety(said)) return false;
  return scope === 'key' || isSelfContained(said, call);
}

/** Does more than give an answer: adds to a conversation, or starts work that goes on. */
function isAct({ body }: Canonical): boolean {
  return (body.conversation ?? null) !== null || body.background === true;
}

/** A temperature that the client asks for; what models do where nothing is said is theirs to know. */
function asksForVariety({ body }: Canonical): boolean {
  const places = [body, body.generationConfig, body.generation_config].map((place) => Object(place));
  if (places.some(({ seed }) => (seed ?? null) !== null)) return false;
  return places.some(({ temperature }) => Number(temperature ?? 0) > 0);
}

/** What a request may point to that is not in it, and that perhaps only one client may see. */
const pointers = [
  'previous_response_id',
  'item_reference',
  'file_id',
  'file_ids',
  'fileUri',
  'file_uri',
  'cachedContent',
  'cached_content',
  'container',
  'vector_store_ids',
];

/** Whether the answer follows from the request alone and holds nothing that belongs to one client: an id to go on from. */
function isSelfContained({ body, words }: Canonical, { dialect }: Call): boolean {
  if (dialect === 'openai-responses' && body.store !== false) return false;
  return !pointers.some((name) => words.has(name));
}
