// What a route with `url:` forwards to, and its addresses: a path of the client's to one of the service's, and the
// service's redirects back below the route.
import { RE2JS } from 're2js';
import type { Dispatcher } from 'undici';
import type { LoadedForward } from '../../config/loaded.ts';
import { GatewayError } from '../../core/index.ts';
import { dotSegment } from '../door/check-head.ts';
import type { Match } from '../door/match-path.ts';

interface Rule {
  readonly from: RE2JS;
  readonly to: string;
}

export interface Service {
  readonly url: URL;
  readonly dispatcher: Dispatcher;
  readonly settings: LoadedForward;
  readonly rules: readonly Rule[];
}

/** Throws where a rewrite rule is none; the configuration's checks have seen to it that it is. */
export function serviceAt(url: string, settings: LoadedForward, dispatcher: Dispatcher): Service {
  const rules = settings.rewrite.map(({ from, to }) => ({ from: RE2JS.compile(from), to }));
  return { url: new URL(url), dispatcher, settings, rules };
}

/** Path and query for the service. `query` begins with its question mark, or is empty. */
export function addressAt({ url, settings, rules }: Service, match: Match, query: string): string {
  const asked = settings.stripPrefix ? match.rest : match.path;
  const address = basePath(url) + rewritten(rules, asked);
  if (query === '') return address;
  return address.includes('?') ? `${address}&${query.slice(1)}` : address + query;
}

function rewritten(rules: readonly Rule[], path: string): string {
  for (const { from, to } of rules) {
    const matcher = from.matcher(path);
    if (!matcher.find()) continue;
    const found = matcher.reset().replaceFirst(to);
    if (dotSegment.test(found.replace(/\?.*$/, ''))) {
      throw new GatewayError('invalid-request', { message: 'The path leads to one with . or .. as a segment.' });
    }
    return found.startsWith('/') ? found : `/${found}`;
  }
  return path;
}

/** `clientHost` is the Host header of the client, which the service may have been told. */
export function ledBack(location: string, service: Service, match: Match, clientHost: string | undefined): string {
  const { url, settings } = service;
  const [, scheme, host, path = ''] = /^(?:(?:(https?):)?\/\/([^/?#]*))?(\/.*)?$/i.exec(location) ?? [];
  if (host === undefined && path === '') return location;
  if (host !== undefined && !isOwn(scheme, host.toLowerCase(), service, clientHost)) return location;
  const base = basePath(url);
  if (path !== '' && !below(path, base)) return location;
  const rest = path.slice(base.length);
  return (settings.stripPrefix ? prefixOf(match) : '') + (rest.startsWith('/') ? rest : `/${rest}`);
}

/** Whether the service means itself. */
function isOwn(scheme: string | undefined, host: string, { url, settings }: Service, client: string | undefined) {
  if (host === client?.toLowerCase() || host === settings.host.toLowerCase()) return true;
  return host === url.host && (scheme === undefined || `${scheme.toLowerCase()}:` === url.protocol);
}

function below(path: string, base: string): boolean {
  return path.startsWith(base) && (path.length === base.length || /[/?#]/.test(path.charAt(base.length)));
}

function basePath(url: URL): string {
  return url.pathname.replace(/\/+$/, '');
}

/** The part of the path that belongs to the route. */
function prefixOf({ path, rest }: Match): string {
  return path.endsWith(rest) ? path.slice(0, path.length - rest.length) : path;
}
