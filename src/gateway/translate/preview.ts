// What a translation would do, without calling anybody: the upstream's path and body, and what it is not told.
import {
  type Conversation,
  type DialectName,
  GatewayError,
  type JsonObject,
  type Lane,
  type Operation,
  type UpstreamFacts,
} from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { refuseState } from '../responses/expand.ts';
import { sayCount, understandCount } from './count.ts';
import { sayEmbeddings, understandEmbeddings } from './embeddings.ts';
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
  /** Whose opaque blobs may be sent: dialect and provider directory. */
  readonly origin: string | undefined;
  readonly facts: UpstreamFacts;
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
  const { from, to, operation, body, origin, facts } = wish;
  const stream = wish.stream ?? body.stream === true;
  if (from === to && operation !== 'completions') return asItIs(wish, stream);
  const asked = { model: modelInPath(from, operation) ? wish.model : undefined, stream };
  const base = { stream, origin: origin ?? `${to}/preview`, facts };
  switch (operation) {
    case 'embeddings': {
      const spoken = understandEmbeddings(from, body, asked.model);
      const model = named(wish.model ?? spoken.request.model);
      const said = sayEmbeddings(spoken, to, { ...base, stream: false, model });
      const path = pathOf(to, { operation, stream: false, model, method: said.method });
      return { path, body: said.body, dropped: said.dropped };
    }
    case 'count-tokens': {
      const spoken = understandCount(from, body, { ...asked, stream: false });
      mustBeWhole(spoken.conversation);
      const model = named(wish.model ?? spoken.conversation.model);
      const said = sayCount(spoken, to, { ...base, stream: false, model });
      return { path: pathOf(to, { operation, stream: false, model }), body: said.body, dropped: said.dropped };
    }
    default: {
      const spoken = understand({ dialect: from, operation }, body, asked);
      mustBeWhole(spoken.conversation);
      const model = named(wish.model ?? spoken.conversation.model);
      const lane: Lane = { dialect: to, operation: 'chat' };
      const said = say(spoken, lane, { ...base, model });
      return { path: pathOf(to, { operation: 'chat', stream, model }), body: said.body, dropped: said.dropped };
    }
  }
}

/** What a request goes on from is known to the gateway that keeps it. */
function mustBeWhole({ state }: Conversation): void {
  if (state === undefined) return;
  const { previousResponseId, ...others } = state;
  refuseState(others);
  if (previousResponseId === undefined) return;
  throw new GatewayError('untranslatable', {
    message: 'A preview does not know the response this goes on from: put its items into input.',
    param: 'previous_response_id',
  });
}

/** Spoken by the upstream: not translated, but for the model's name. */
function asItIs({ to, operation, body, model }: RequestWish, stream: boolean): RequestPreview {
  const path = pathOf(to, { operation, stream, model: named(model ?? String(body.model ?? '')) });
  const renamed = model !== undefined && body.model !== undefined;
  return { path, body: renamed ? { ...body, model } : body, dropped: [] };
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

function pathOf(dialect: DialectName, { operation, stream, model, method }: Where): string {
  const found = dialects[dialect].endpoints.filter((endpoint) => endpoint.operation === operation);
  const fits = found.filter(({ upstream }) => method === undefined || upstream.endsWith(`:${method}`));
  const streamed = fits.find(({ stream: way }) => (stream ? way === 'always' : way === 'never')) ?? fits[0];
  if (streamed === undefined) throw new GatewayError('not-offered', { message: `${dialect} has no ${operation}.` });
  const path = streamed.upstream.replaceAll('{model}', () => model.split('/').map(encodeURIComponent).join('/'));
  return stream && streamed.events !== undefined ? `${path}?${streamed.events}` : path;
}
