// Address, headers and credentials of the upstream request of one target.
import { GatewayError, type ProviderManifest, type Target, type UpstreamRequest } from '../../core/index.ts';
import { isSocket } from '../../dialects/operations.ts';
import { upstreamHeaders } from '../../upstream/headers.ts';
import { providerHeader } from '../call/bound.ts';
import type { GatewayCall } from '../call/call.ts';
import { dropBaggage, passTrace } from '../call/trace.ts';
import type { Account, Provider } from '../snapshot.ts';
import { sendToken } from './send-token.ts';
import { upstreamPathOf } from './upstream-path.ts';

export function requestFor(
  call: GatewayCall,
  target: Target,
  provider: Provider,
  account: Account,
  bytes: number | undefined,
  spanId: string,
): UpstreamRequest {
  const { manifest } = provider.loaded;
  const headers = upstreamHeaders(call.req.headers);
  dropBaggage(headers);
  passTrace(headers, call.trace, spanId);
  for (const [name, value] of Object.entries(manifest.headers ?? {})) headers[name.toLowerCase()] ??= value;
  Object.assign(headers, account.headers);
  if (headers[providerHeader] !== undefined) delete headers[providerHeader];
  if (call.req.method !== 'GET' && bytes !== undefined) headers['content-length'] = String(bytes);
  const query = queryOf(call);
  // A socket's request has no body: the model stands here.
  if (isSocket(call.operation) && target.model !== undefined) query.set('model', target.model);
  authorise(manifest.auth, account, headers, query);
  const search = query.size > 0 ? `?${query}` : '';
  const request: UpstreamRequest = {
    target,
    dialect: call.dialect,
    operation: call.operation,
    stream: call.streams,
    method: call.req.method ?? 'POST',
    origin: account.origin,
    path: join(account.baseUrl.pathname, pathOf(call, target, provider, account), search),
    headers,
  };
  provider.code.prepare?.(request);
  return request;
}

/** The directory's path for the operation, else the dialect's; `{model}` filled in. */
function pathOf(call: GatewayCall, target: Target, provider: Provider, account: Account): string {
  const endpoint = call.match?.endpoint;
  const { manifest } = provider.loaded;
  if (endpoint === undefined) {
    return manifest.dialects[call.dialect]?.paths?.opaque ?? opaquePath(call, account.baseUrl.pathname);
  }
  const id = call.match?.id;
  const found = upstreamPathOf(manifest, call.codec, endpoint);
  const path = id === undefined ? found : found.replace('{id}', () => id);
  if (!path.includes('{model}')) return path;
  return path.replaceAll('{model}', modelInPath(target.model ?? ''));
}

/** Servers on the way take these out, or leave them: the path, and what is signed of it, would be another one. */
const noSegments: ReadonlySet<string> = new Set(['', '.', '..']);

/** A model's name may contain slashes, but must not lead out of the path it stands in. */
export function modelInPath(model: string): string {
  const segments = model.split('/');
  if (segments.some((segment) => noSegments.has(segment)) || !model.isWellFormed()) {
    throw new GatewayError('invalid-request', { message: 'The model is not a valid name.', param: 'model' });
  }
  return segments.map(encodeURIComponent).join('/');
}

/** An unknown path goes below the base URL; a version that both carry is not repeated. */
function opaquePath(call: GatewayCall, basePath: string): string {
  const rest = call.match?.rest ?? '/';
  const version = /\/v\d+[a-z0-9]*$/.exec(basePath.replace(/\/+$/, ''))?.[0];
  return version !== undefined && rest.startsWith(`${version}/`) ? rest.slice(version.length) : rest;
}

/** The client's query without its key. */
function queryOf(call: GatewayCall): URLSearchParams {
  const url = call.req.url ?? '';
  const at = url.indexOf('?');
  if (at < 0) return new URLSearchParams();
  const query = new URLSearchParams(url.slice(at + 1));
  query.delete('key');
  return query;
}

export function authorise(
  auth: ProviderManifest['auth'],
  { apiKey, held }: Pick<Account, 'apiKey' | 'held'>,
  headers: Record<string, string>,
  query: URLSearchParams,
): void {
  const credential = held?.current();
  if (credential !== undefined && auth.kind !== 'none' && auth.oauth !== undefined) {
    return sendToken(auth.oauth, credential, headers);
  }
  const secret = credential?.token ?? apiKey;
  if (auth.kind === 'none' || secret === undefined) return;
  if (auth.kind === 'query') query.set(auth.name, secret);
  else headers[auth.name.toLowerCase()] = `${auth.prefix ?? ''}${secret}`;
}

/** Base path + path + query, one slash between; a query in `path` (a directory may write one) is kept. */
export function join(basePath: string, path: string, search: string): string {
  const base = basePath.replace(/\/+$/, '');
  const full = `${base}${path.startsWith('/') ? path : `/${path}`}`;
  return search !== '' && full.includes('?') ? `${full}&${search.slice(1)}` : full + search;
}
