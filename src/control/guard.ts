// Who may use the control API: callers with a token, whose Host header does not come from somebody else's web page.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { Middleware } from 'koa';
import type { ControlPlane } from './plane.ts';
import { refuse } from './refuse.ts';

/**
 * Refuses names that a foreign page could have made to point here (DNS rebinding). An address cannot be rebound, and a
 * caller that knows the token is no page.
 */
export function guardHost(plane: ControlPlane): Middleware {
  return function host(ctx, next) {
    const name = hostName(ctx.request.get('host'));
    const own = plane.settings()?.host.toLowerCase();
    if (name === 'localhost' || name === own || isIP(name) !== 0 || hasToken(ctx.request.get('authorization'), plane)) {
      return next();
    }
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
    if (isHealth(ctx.path)) return next();
    if (ctx.path === '/metrics' && plane.settings()?.metrics === 'open') return next();
    if (hasToken(ctx.request.get('authorization'), plane)) return next();
    ctx.set('www-authenticate', 'Bearer realm="portico control"');
    return refuse(ctx, 401, 'missing-token', 'Send the control token: `authorization: Bearer …`.');
  };
}

function isHealth(path: string): boolean {
  return path === '/health' || path.startsWith('/health/');
}

function hasToken(header: string, plane: ControlPlane): boolean {
  const sent = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (sent === undefined) return false;
  // Hashes have one length, so the comparison tells nothing about the token's.
  return plane.tokens().reduce((found, token) => timingSafeEqual(sha256(sent), sha256(token)) || found, false);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Without port and brackets, in lower case. */
function hostName(header: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(header);
  return (bracketed?.[1] ?? header.replace(/:\d+$/, '')).toLowerCase();
}
