// The control API: health, status, metrics, reload, plan, rollback, history, ports, stats, accounts, logins, logs, translate, models. One file per resource.
import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { type Clock, systemClock } from '../core/index.ts';
import { guardHost, guardStart, guardToken } from './guard.ts';
import { Bans } from './management/bans.ts';
import { management } from './management/management.ts';
import type { ControlPlane } from './plane.ts';
import { Refusal, refuse } from './refuse.ts';
import { accounts } from './resources/accounts.ts';
import { explain } from './resources/explain.ts';
import { health } from './resources/health.ts';
import { history } from './resources/history.ts';
import { loginCallback } from './resources/login-callback.ts';
import { logins } from './resources/logins.ts';
import { logs } from './resources/logs.ts';
import { metrics } from './resources/metrics.ts';
import { models } from './resources/models.ts';
import { plan } from './resources/plan.ts';
import { ports } from './resources/ports.ts';
import { probe } from './resources/probe.ts';
import { refresh } from './resources/refresh.ts';
import { reload } from './resources/reload.ts';
import { rollback } from './resources/rollback.ts';
import { stats } from './resources/stats.ts';
import { status } from './resources/status.ts';
import { translate } from './resources/translate.ts';

export interface ControlAppOptions {
  readonly clock: Clock;
  /** Something the operator should know. */
  say(message: string): void;
}

/** `onError` hears of what went wrong inside; callers only learn that something did. */
export function controlApp(
  plane: ControlPlane,
  onError: (error: unknown) => void,
  { clock, say }: ControlAppOptions = { clock: systemClock, say: onError },
): RequestListener {
  const app = new Koa();
  const router = new Router();
  for (const resource of [
    health,
    status,
    metrics,
    reload,
    plan,
    rollback,
    history,
    ports,
    stats,
    accounts,
    loginCallback,
    logins,
    logs,
    translate,
    explain,
    probe,
    refresh,
    models,
  ])
    resource(router, plane);
  app.use(fail(onError));
  app.use(management(plane, { bans: new Bans(clock), say }));
  app.use(guardHost(plane));
  app.use(guardStart(plane));
  app.use(guardToken(plane));
  app.use(router.routes());
  app.use(unknown(router));
  // What comes here happened to an answer on its way: mostly, its caller has left.
  app.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') onError(error);
  });
  const handle = app.callback();
  return (request, response) => void handle(request, response);
}

function fail(onError: (error: unknown) => void): Middleware {
  return async function fail(ctx, next) {
    ctx.set('cache-control', 'no-store');
    ctx.set('x-content-type-options', 'nosniff');
    try {
      await next();
    } catch (error) {
      if (error instanceof Refusal) {
        if (error.retryAfter !== undefined) ctx.set('retry-after', String(error.retryAfter));
        return refuse(ctx, error.status, error.code, error.message, error.details);
      }
      onError(error);
      refuse(ctx, 500, 'internal', 'The control API failed; the log says why.');
    }
  };
}

function unknown(router: Router): Middleware {
  return function unknown(ctx) {
    const known = router.match(ctx.path, ctx.method).path.length > 0;
    if (known) return refuse(ctx, 405, 'method-not-allowed', 'This method is not allowed here.');
    return refuse(ctx, 404, 'unknown-path', 'The control API has nothing at this path.');
  };
}
