// Who may use the management paths: whoever has the key, from this host unless the configuration says otherwise, and not
// after guessing. Callbacks of logins need no key: they are worth what their `state` is.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context } from 'koa';
import { isLoopbackAddress, isOwnHost } from '../guard.ts';
import type { ControlPlane } from '../plane.ts';
import type { Bans } from './bans.ts';
import { no } from './no.ts';

export interface DoorOptions {
  readonly bans: Bans;
  /** Somebody guesses. */
  say(message: string): void;
}

/** True: it may pass. Otherwise it has been answered. */
export function mayPass(ctx: Context, plane: ControlPlane, { bans, say }: DoorOptions, keyed: boolean): boolean {
  const management = plane.settings()?.management;
  if (management === undefined) {
    return no(ctx, 404, 'The management paths are not there: `control.managementKey` is not set.');
  }
  const address = ctx.req.socket.remoteAddress ?? '';
  if (!management.remote && !isOfThisHost(ctx, address)) {
    return no(ctx, 403, 'Callers that are not on this host are not let in: `control.managementRemote` is false.');
  }
  if (isForeignPage(ctx)) return no(ctx, 403, 'This came from a page of somebody else.');
  if (!keyed) {
    // Where callers from elsewhere are let in the gateway may have names it does not know.
    if (management.remote || isOwnHost(ctx.request.get('host'), plane)) return true;
    return no(ctx, 421, 'The control listener is not reachable under this name. Use its address.');
  }
  // A page that made its name lead here (DNS rebinding) comes from this host too: what it guesses must not lock out others.
  const caller =
    management.remote || isOwnHost(ctx.request.get('host'), plane) ? address : `${address}, by another name,`;
  const banned = bans.remaining(caller);
  if (banned > 0) {
    ctx.set('retry-after', String(Math.ceil(banned / 1000)));
    return no(
      ctx,
      429,
      `Too many wrong keys came from this address. Try again in ${Math.ceil(banned / 60_000)} minutes.`,
    );
  }
  const sent = keyIn(ctx);
  if (sent === undefined)
    return noKey(ctx, 'Send the management key: `authorization: Bearer …` or `x-management-key`.');
  if (!isKey(sent, management.keyHash)) {
    if (bans.failed(caller)) say(`${caller} sent too many wrong management keys and is banned for 30 minutes`);
    return noKey(ctx, 'This is not the management key.');
  }
  bans.succeeded(caller);
  return true;
}

function noKey(ctx: Context, message: string): false {
  ctx.set('www-authenticate', 'Bearer realm="portico management"');
  return no(ctx, 401, message);
}

/** A proxy on this host speaks for somebody who may be anywhere. */
function isOfThisHost({ request }: Context, address: string): boolean {
  const proxied = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => request.get(name) !== '');
  return !proxied && isLoopbackAddress(address);
}

/** Browsers say where a request comes from that a page made. */
function isForeignPage({ request }: Context): boolean {
  const origin = request.get('origin');
  return origin !== '' && URL.parse(origin)?.host !== request.get('host').toLowerCase();
}

function keyIn({ request }: Context): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.get('authorization'))?.[1];
  const named = request.get('x-management-key');
  return bearer ?? (named === '' ? undefined : named);
}

/** Hashes have one length, so the comparison tells nothing about the key's. */
function isKey(sent: string, keyHash: string): boolean {
  return timingSafeEqual(createHash('sha256').update(sent).digest(), Buffer.from(keyHash, 'hex'));
}
