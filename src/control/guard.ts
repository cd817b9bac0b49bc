// Who may use the control API: callers with a token, whose Host header does not come from somebody else's web page.
import { isIP } from 'node:net';
import type { Context, Middleware } from 'koa';
import { isSameSecret } from '../config/credentials/same-secret.ts';
import type { ControlPlane } from './plane.ts';
import { refuse } from './refuse.ts';
import { callbackPath } from './resources/login-callback.ts';

/**
 * Refuses names that a foreign page could have made to point here (DNS rebinding). An address cannot be rebound, and a
 * caller that knows the token is no page. Callbacks of logins come under whatever name is registered at the vendor.
 */
export function guardHost(plane: ControlPlane): Middleware {
  return function host(ctx, next) {
    const known = isCallback(ctx) || isOwnHost(ctx.request.get('host'), plane);
    if (known || hasToken(ctx.request.get('authorization'), plane)) return next();
    return refuse(ctx, 421, 'host-not-allowed', 'The control API is not reachable under this name. Use its address.');
  };
}

/** Until the first configuration is served there is nothing to tell but that. */
export function guardStart(plane: ControlPlane): Middleware {
  return function start(ctx, next) {
    if (plane.settings() !== undefined || isHealth(ctx.path)) return next();
    return refuse(ctx, 503, 'not-ready', 'The gateway is starting.');
  };
}

export function guardToken(plane: ControlPlane): Middleware {
  return function token(ctx, next) {
    if (isHealth(ctx.path) || isCallback(ctx)) return next();
    if (ctx.path === '/metrics' && plane.settings()?.metrics === 'open') return next();
    if (hasToken(ctx.request.get('authorization'), plane)) return next();
    ctx.set('www-authenticate', 'Bearer realm="portico control"');
    return refuse(ctx, 401, 'missing-token', 'Send the control token: `authorization: Bearer …`.');
  };
}

/** `localhost`, the name that is bound, or an address. */
export function isOwnHost(header: string, plane: ControlPlane): boolean {
  const name = hostName(header);
  return name === 'localhost' || name === plane.settings()?.host.toLowerCase() || isIP(name) !== 0;
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(address);
}

function isCallback({ path, method }: Pick<Context, 'path' | 'method'>): boolean {
  return path === callbackPath && (method === 'GET' || method === 'HEAD');
}

function isHealth(path: string): boolean {
  return path === '/health' || path.startsWith('/health/');
}

function hasToken(header: string, plane: ControlPlane): boolean {
  const sent = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (sent === undefined) return false;
  return plane.tokens().reduce((found, token) => isSameSecret(sent, token) || found, false);
}

/** Without port and brackets, in lower case. */
function hostName(header: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(header);
  return (bracketed?.[1] ?? header.replace(/:\d+$/, '')).toLowerCase();
}
