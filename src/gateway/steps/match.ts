// Listener + path -> route, dialect and operation. What needs no upstream is answered from here: health, HEAD of a
// prefix, and, behind the plugins, model lists.
import type { Next } from 'koa';
import { GatewayError, replyWith } from '../../core/index.ts';
import { mustEndWithin } from '../call/deadline.ts';
import { LazyBody } from '../call/request-body.ts';
import { soundPath } from '../door/check-head.ts';
import { health } from '../door/health.ts';
import { mustBeKnown } from '../door/known-path.ts';
import type { StepContext } from './begin.ts';

export function match(ctx: StepContext, next: Next): unknown {
  let goesOn: boolean;
  try {
    goesOn = take(ctx);
  } catch (refusal) {
    return refuse(ctx, refusal);
  }
  return goesOn ? next() : undefined;
}

/** False where the request is answered already. */
function take(ctx: StepContext): boolean {
  const { call } = ctx;
  const { method } = call.req;
  const path = soundPath(call.req, call.res);
  const answer = health(path, method ?? '', ctx.arrival.gateway);
  if (answer !== undefined) {
    call.reply = answer;
    return false;
  }
  const found = call.door.match(method ?? '', path, call.req.headers);
  if (found === undefined) throw new GatewayError('unknown-path');
  call.match = found;
  if (found.route.timeout > 0) mustEndWithin(call, found.route.timeout);
  if (method === 'HEAD' && found.rest === '/' && found.route.url === undefined) {
    call.reply = replyWith(200, {}, '');
    return false;
  }
  // No dialect has OPTIONS, but a plugin may: a browser asks with it before it sends a key. It goes to no provider.
  if (method === 'OPTIONS' && found.route.url === undefined) return true;
  if ((method !== 'GET' && method !== 'HEAD') || found.route.url !== undefined) call.request = new LazyBody();
  mustBeKnown(call);
  return true;
}

/** Some plugins see what is refused here too: a web page may then read why. */
function refuse(ctx: StepContext, refusal: unknown): unknown {
  const early = ctx.call.door.early.get(ctx.call.route);
  if (early === undefined) throw refusal;
  return early(ctx, () => Promise.reject(refusal));
}
