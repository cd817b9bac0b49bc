// What a translation would do, without calling anybody: the upstream's path and body, and what it is not told.
import {
  type Conversation,
  type DialectName,
  GatewayError,
  type JsonObject,
  type Operation,
  type ProviderManifest,
} from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { upstreamPathOf } from '../attempt/upstream-path.ts';
import { refuseState } from '../responses/expand.ts';
import { sayCount, understandCount } from './count.ts';
import { sayEmbeddings, understandEmbeddings } from './embeddings.ts';
import { inOwnWords } from './outgoing-body.ts';
import { say, understand } from './translate-request.ts';

/** Operations that can be translated. */
export const previewed = ['chat', 'completions', 'count-tokens', 'embeddings'] as const;

export type PreviewedOperation = (typeof previewed)[number];

export interface RequestWish {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly operation: PreviewedOperation;
  readonly body: JsonObject;
  /** The name the upstream knows; without one, the client's. */
  readonly model: string | undefined;
  /** Without one: as the body says. */
  readonly stream: boolean | undefined;
  /** As this directory takes it; without one, as most vendors do. */
  readonly provider: { readonly name: string; readonly manifest: ProviderManifest } | undefined;
}

export interface RequestPreview {
  /** Below the provider's base URL. */
  readonly path: string;
  readonly body: JsonObject;
  /** In the client's words. */
  readonly dropped: readonly string[];
}

/** Throws `GatewayError` as a request would be answered with. */
export function previewRequest(wish: RequestWish): RequestPreview {
  const { from, to, operation, body, provider } = wish;
  const stream = operation !== 'embeddings' && operation !== 'count-tokens' && (wish.stream ?? body.stream === true);
  const told = from === to && operation !== 'completions' ? asItIs(wish) : translated(wish, stream);
  const asked = operation === 'completions' ? 'chat' : operation;
  const path = pathOf(wish, { operation: asked, stream, model: told.model, method: told.method });
  const sent = inOwnWords(told.body, provider?.manifest ?? {});
  return { path, body: sent.body, dropped: [...new Set([...told.dropped, ...sent.dropped])] };
}

interface Translated {
  readonly model: string;
  readonly method?: string | undefined;
  readonly body: JsonObject;
  readonly dropped: readonly string[];
}

function translated(wish: RequestWish, stream: boolean): Translated {
  const { from, to, operation, body, provider } = wish;
  const asked = { model: modelInPath(from, operation) ? wish.model : undefined, stream };
  const { translate, streamUsage } = provider?.manifest.dialects[to] ?? {};
  const facts = { ...translate, ...(streamUsage === undefined ? {} : { streamUsage }) };
  const base = { stream, origin: `${to}/${provider?.name ?? 'preview'}`, facts };
  if (operation === 'embeddings') {
    const spoken = understandEmbeddings(from, body, asked.model);
    const model = named(wish.model ?? spoken.request.model);
    return { model, ...sayEmbeddings(spoken, to, { ...base, model }) };
  }
  const counts = operation === 'count-tokens';
  const spoken = counts ? understandCount(from, body, asked) : understand({ dialect: from, operation }, body, asked);
  mustBeWhole(spoken.conversation);
  const model = named(wish.model ?? spoken.conversation.model);
  const destination = { ...base, model };
  const said = counts
    ? sayCount(spoken, to, destination)
    : say(spoken, { dialect: to, operation: 'chat' }, destination);
  return { model, body: said.body, dropped: said.dropped };
}

/** What a request goes on from is known to the gateway that keeps it. */
function mustBeWhole({ state = {}, turns }: Conversation): void {
  const { previousResponseId, ...others } = state;
  refuseState({ state: others, turns });
  if (previousResponseId === undefined) return;
  throw new GatewayError('untranslatable', {
    message: 'A preview does not know the response this goes on from: put its items into input.',
    param: 'previous_response_id',
  });
}

/** Spoken by the upstream: not translated, but for the model's name. */
function asItIs({ body, model }: RequestWish): Translated {
  const renamed = model !== undefined && body.model !== undefined;
  return { model: named(model ?? String(body.model ?? '')), body: renamed ? { ...body, model } : body, dropped: [] };
}

/** What was asked, as far as an answer to it hangs on it. */
export function askedIn(
  from: DialectName,
  operation: PreviewedOperation,
  body: JsonObject | undefined,
  stream: boolean,
): Conversation {
  if (body === undefined) return { model: '', stream, turns: [], tools: [] };
  return understand({ dialect: from, operation }, body, { model: undefined, stream }).conversation;
}

/** Where the client says the model: in the path, or in the body. */
function modelInPath(dialect: DialectName, operation: Operation): boolean {
  return dialects[dialect].endpoints.some((at) => at.operation === operation && at.path.includes('{model}'));
}

function named(model: string): string {
  if (model !== '') return model;
  throw new GatewayError('model-missing', { message: 'The request names no model: name one.', param: 'model' });
}

interface Where {
  readonly operation: Operation;
  readonly stream: boolean;
  readonly model: string;
  readonly method?: string | undefined;
}

function pathOf({ to, provider }: RequestWish, { operation, stream, model, method }: Where): string {
  const dialect = dialects[to];
  const found = dialect.endpoints.filter((endpoint) => endpoint.operation === operation);
  const fits = found.filter(({ upstream }) => method === undefined || upstream.endsWith(`:${method}`));
  const endpoint = fits.find(({ stream: way }) => (stream ? way === 'always' : way === 'never')) ?? fits[0];
  if (endpoint === undefined) throw new GatewayError('not-offered', { message: `${to} has no ${operation}.` });
  const own = provider === undefined ? endpoint.upstream : upstreamPathOf(provider.manifest, dialect, endpoint);
  const path = own.replaceAll('{model}', () => model.split('/').map(encodeURIComponent).join('/'));
  return stream && endpoint.events !== undefined ? `${path}?${endpoint.events}` : path;
}
