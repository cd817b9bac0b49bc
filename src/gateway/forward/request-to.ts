// The request to a service: the client's own but for the address, the gateway's credentials and what only a proxy may
// say of a client.
import { withoutKey } from '../../dialects/key-subprotocol.ts';
import { headersToService } from '../../upstream/forward-headers.ts';
import type { Outgoing } from '../../upstream/send.ts';
import type { GatewayCall } from '../call/call.ts';
import { isAtHand, type TakenBody } from '../call/take-body.ts';
import { passTrace } from '../call/trace.ts';
import type { Match } from '../door/match-path.ts';
import { addressAt, type Service } from './service.ts';

export function requestTo(
  service: Service,
  call: GatewayCall,
  match: Match,
  body: TakenBody,
  spanId: string,
): Outgoing {
  const { req } = call;
  const keyed = call.key !== undefined;
  const headers = headersToService(req.headers, keyed);
  if (keyed) withoutKey(headers);
  passTrace(headers, call.trace, spanId);
  // Where a proxy named no address nobody is named: an empty one might be taken for this gateway's own.
  if (call.clientIp !== '') headers['x-forwarded-for'] = call.clientIp;
  const { scheme, host } = call.door.client.asked(req);
  headers['x-forwarded-host'] = host;
  headers['x-forwarded-proto'] = scheme;
  const bytes = isAtHand(body) ? body.bytes : body.kind === 'arriving' ? body.length : undefined;
  if (bytes !== undefined && (bytes > 0 || sendsBody(req.method))) headers['content-length'] = String(bytes);
  Object.assign(headers, hostFor(service, req.headers.host), service.settings.headers);
  return {
    origin: service.url.origin,
    path: addressAt(service, match, queryOf(req.url ?? '', keyed)),
    method: req.method ?? 'GET',
    headers,
    body: isAtHand(body) ? body.chunks : body.kind === 'arriving' ? body : [],
    ...(call.upgrades && { upgrade: 'websocket' }),
    // The client's Host says nothing about the service's certificate.
    ...(service.settings.host === 'client' && { servername: service.url.hostname }),
  };
}

/** Methods whose requests say that they have no body. */
function sendsBody(method: string | undefined): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

function hostFor({ settings }: Service, asked: string | undefined): { host?: string } {
  if (settings.host === 'upstream') return {};
  if (settings.host !== 'client') return { host: settings.host };
  return asked === undefined ? {} : { host: asked };
}

/** As it was sent, but without the gateway's key. */
function queryOf(url: string, keyed: boolean): string {
  const at = url.indexOf('?');
  if (at < 0) return '';
  if (!keyed) return url.slice(at);
  const pieces = url.slice(at + 1).split('&');
  const kept = pieces.filter((piece) => !new URLSearchParams(piece).has('key'));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}
