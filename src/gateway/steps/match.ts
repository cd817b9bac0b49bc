// Listener + path -> route, dialect and operation. What needs no upstream is answered from here: health, HEAD of a
// prefix, and, behind the plugins, model lists.
import type { Next } from 'koa';
import { GatewayError, replyWith } from '../../core/index.ts';
import type { GatewayCall } from '../call.ts';
import { health } from '../health.ts';
import { LazyBody } from '../request-body.ts';
import type { StepContext } from './begin.ts';

export function match(ctx: StepContext, next: Next): unknown {
  const { call } = ctx;
  const { method, url } = call.req;
  const path = pathOf(url ?? '/');
  const answer = health(path, method ?? '', ctx.arrival.gateway);
  if (answer !== undefined) {
    call.reply = answer;
    return;
  }
  const found = call.door.match(method ?? '', path, call.req.headers);
  if (found === undefined) throw new GatewayError('unknown-path');
  call.match = found;
  if (method === 'HEAD' && found.rest === '/' && found.route.url === undefined) {
    call.reply = replyWith(200, {}, '');
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') call.request = new LazyBody();
  if (found.route.url === undefined) mustBeKnown(call);
  return next();
}

function mustBeKnown(call: GatewayCall): void {
  const { match: found, req } = call;
  if (found?.allow !== undefined) {
    throw new GatewayError('method-not-allowed', { message: `This path takes ${found.allow}.` });
  }
  // Anything may be posted as JSON to a provider that takes unknown paths; nothing else is guessed.
  if (found?.endpoint === undefined && req.method !== 'POST') throw new GatewayError('unknown-path');
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  // Absolute-form targets (`GET http://host/path`) name a path too.
  return path.startsWith('/') ? path : (URL.parse(path)?.pathname ?? '/');
}
