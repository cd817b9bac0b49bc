// Path, headers and credentials of a request that is translated: nothing of the client's that means something in its own
// dialect only.
import { type Endpoint, GatewayError, type Lane, type Target, type UpstreamRequest } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { isOfOneDialect } from '../../dialects/own-headers.ts';
import { upstreamHeaders } from '../../upstream/headers.ts';
import { authorise, join, modelInPath } from '../attempt/request-for.ts';
import { upstreamPathOf } from '../attempt/upstream-path.ts';
import { providerHeader } from '../call/bound.ts';
import type { GatewayCall } from '../call/call.ts';
import { dropBaggage, passTrace } from '../call/trace.ts';
import type { Account, Provider } from '../snapshot.ts';

export interface LaneRequest {
  readonly target: Target;
  readonly lane: Lane;
  readonly provider: Provider;
  readonly account: Account;
  readonly spanId: string;
  readonly stream: boolean;
  /** The end of the path, where the dialect has several for the operation (`batchEmbedContents`). */
  readonly method: string | undefined;
  readonly bytes: number;
}

export function laneRequest(call: GatewayCall, asked: LaneRequest): UpstreamRequest {
  const { target, lane, provider, account, stream } = asked;
  const { manifest } = provider.loaded;
  const endpoint = laneEndpoint(lane, stream, asked.method);
  const query = new URLSearchParams(stream ? endpoint.events : undefined);
  const headers = laneHeaders(call, asked);
  authorise(manifest.auth, account, headers, query);
  const path = upstreamPathOf(manifest, dialects[lane.dialect], endpoint);
  const request: UpstreamRequest = {
    target,
    dialect: lane.dialect,
    operation: lane.operation,
    stream,
    method: 'POST',
    origin: account.origin,
    path: join(
      account.baseUrl.pathname,
      path.replaceAll('{model}', () => modelInPath(target.model ?? '')),
      query.size > 0 ? `?${query}` : '',
    ),
    headers,
  };
  provider.code.prepare?.(request);
  return request;
}

/** Where a dialect takes an operation. */
export function laneEndpoint({ dialect, operation }: Lane, stream: boolean, method?: string): Endpoint {
  const all = dialects[dialect].endpoints.filter((endpoint) => endpoint.operation === operation);
  const found =
    method === undefined
      ? all.find((endpoint) => endpoint.stream === 'body' || (endpoint.stream === 'always') === stream)
      : all.find(({ upstream }) => upstream.endsWith(`:${method}`));
  if (found === undefined) throw new GatewayError('not-offered');
  return found;
}

function laneHeaders(call: GatewayCall, { provider, account, spanId, stream, bytes }: LaneRequest) {
  const headers = upstreamHeaders(call.req.headers);
  for (const name of Object.keys(headers)) if (isOfOneDialect(name)) delete headers[name];
  if (headers[providerHeader] !== undefined) delete headers[providerHeader];
  dropBaggage(headers);
  passTrace(headers, call.trace, spanId);
  headers['content-type'] = 'application/json';
  headers.accept = stream ? 'text/event-stream' : 'application/json';
  for (const [name, value] of Object.entries(provider.loaded.manifest.headers ?? {}))
    headers[name.toLowerCase()] ??= value;
  Object.assign(headers, account.headers);
  headers['content-length'] = String(bytes);
  return headers;
}
