// /v0/management/: the login paths that tools of other gateways know, on the logins of this one.
// {word}-auth-url begins one, get-auth-status tells how it stands, oauth-callback hands it what the browser came back with,
// oauth-session ends it.
import type { Context, Middleware } from 'koa';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';
import { beginLogin } from './begin-login.ts';
import { type DoorOptions, mayPass } from './door.ts';
import { no } from './no.ts';
import { takeCallback } from './take-callback.ts';

const home = '/v0/management/';

type Answer = (ctx: Context, plane: ControlPlane) => unknown;

interface Way {
  readonly methods: Readonly<Partial<Record<string, Answer>>>;
  readonly keyed: boolean;
}

export function management(plane: ControlPlane, door: DoorOptions): Middleware {
  return async function management(ctx, next) {
    if (!ctx.path.startsWith(home)) return next();
    const way = wayOf(ctx.path.slice(home.length));
    if (!mayPass(ctx, plane, door, way?.keyed ?? true)) return;
    if (way === undefined) return no(ctx, 404, 'There is no such management path.');
    const answer = way.methods[ctx.method];
    if (answer === undefined) return no(ctx, 405, 'This method is not allowed here.');
    try {
      await answer(ctx, plane);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.retryAfter !== undefined) ctx.set('retry-after', String(error.retryAfter));
      const { remedy } = error.details;
      no(ctx, error.status, typeof remedy === 'string' ? `${error.message} ${remedy}` : error.message);
    }
  };
}

const ways: Readonly<Partial<Record<string, Way>>> = {
  'get-auth-status': { methods: { GET: tellStatus }, keyed: true },
  'oauth-session': { methods: { DELETE: endLogin }, keyed: true },
  'oauth-callback': { methods: { GET: takeCallback, POST: takeCallback }, keyed: false },
};

function wayOf(path: string): Way | undefined {
  const word = /^([a-z0-9][a-z0-9._-]*)-auth-url$/i.exec(path)?.[1];
  if (word === undefined) return Object.hasOwn(ways, path) ? ways[path] : undefined;
  return { methods: { GET: (ctx, plane) => beginLogin(ctx, plane, word.toLowerCase()) }, keyed: true };
}

function tellStatus(ctx: Context, plane: ControlPlane): void {
  const login = plane.logins().find(stateIn(ctx));
  if (login === undefined) {
    ctx.body = { status: 'error', error: 'unknown or expired state' };
    return;
  }
  const words = { waiting: 'wait', done: 'ok', failed: 'error' } as const;
  const error = login.status === 'failed' ? { error: `${login.message} ${login.remedy}` } : {};
  ctx.body = { status: words[login.status], ...error };
}

function endLogin(ctx: Context, plane: ControlPlane): void {
  const id = stateIn(ctx);
  const waits = plane.logins().find(id)?.status === 'waiting';
  ctx.body = { status: 'ok', cancelled: waits && plane.logins().cancel(id) };
}

function stateIn({ query }: Context): string {
  const { state } = query;
  if (typeof state === 'string' && state !== '') return state;
  throw new Refusal(400, 'bad-query', '`state` must be given, once.');
}
