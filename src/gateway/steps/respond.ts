// Sends the answer: head and body in one write where the body is whole, else a stream with backpressure. A whole JSON
// answer and the last events of a stream are read for usage after they have left.
import type { Next } from 'koa';
import { isSource, type Reply } from '../../core/index.ts';
import type { GatewayCall } from '../call/call.ts';
import { Delivery } from '../call/delivery.ts';
import { listen } from '../responses/listen.ts';
import { droppedHeader } from '../translate/dropped-header.ts';
import type { Onlookers } from '../translate/onlookers.ts';
import { withOnlookers } from '../translate/seen.ts';
import type { StepContext } from './begin.ts';
import { fail } from './fail.ts';

export async function respond(ctx: StepContext, next: Next): Promise<void> {
  await next();
  const { call } = ctx;
  const { reply: given, onlookers } = call;
  if (given === undefined) return byKoa(ctx);
  const reply = onlookers === undefined ? given : await seen(ctx, given, onlookers);
  if (call.found.keeps !== undefined) listen(reply, call.found.keeps);
  if (ctx.arrival.binding.closing) ctx.res.shouldKeepAlive = false;
  const headers = headersOf(call, reply);
  if (call.gone !== undefined && ctx.res.destroyed) {
    if (isSource(reply.body)) reply.body.abort(call.gone);
    call.outcome = 'aborted';
    call.error ??= call.gone.code;
    return;
  }
  if (isSource(reply.body)) {
    ctx.res.writeHead(reply.status, headers);
    await new Delivery(call, reply.body, reply.eventStream).done;
    return;
  }
  await sendWhole(call, reply.status, headers, reply.body);
  if (!call.reportsUsage) return;
  // What was used was used, whether or not a plugin lets the client see what came of it.
  if (call.found.told !== undefined) call.found.usage ??= call.found.told.usage;
  else if (call.found.usage === undefined && reply.status < 300) call.found.usage = usageOf(call, reply, reply.body);
}

/** The answer with those who watch or change it on its way; an error where one of them refuses it. */
async function seen(ctx: StepContext, given: Reply, onlookers: Onlookers): Promise<Reply> {
  await fail(ctx, async () => {
    ctx.call.reply = await withOnlookers(ctx.call, given, onlookers);
  });
  return ctx.call.reply ?? given;
}

/** A plugin answered the Koa way, with ctx.body; or nobody did. */
function byKoa(ctx: StepContext): void {
  ctx.respond = true;
  ctx.set('x-portico-id', ctx.call.id);
  ctx.call.outcome = ctx.status < 400 ? 'ok' : 'error';
}

/** The reply's own headers, with the gateway's added. */
function headersOf(call: GatewayCall, { headers }: Reply): Reply['headers'] {
  headers['x-portico-id'] = call.id;
  if (call.found.dropped.length > 0) headers['x-portico-dropped'] = droppedHeader(call.found.dropped);
  return headers;
}

function sendWhole(call: GatewayCall, status: number, headers: Reply['headers'], body: Buffer): Promise<void> {
  const { res } = call;
  res.writeHead(status, headers);
  res.end(body);
  call.firstByteAt = call.clock.ticks();
  call.bytesOut = body.length;
  return new Promise((resolve) => {
    // Comes after the last byte, and when there will be none.
    res.once('close', () => {
      if (!res.writableFinished) {
        call.outcome = 'aborted';
        call.error ??= 'client-closed';
      }
      resolve();
    });
  });
}

function usageOf(call: GatewayCall, reply: Reply, body: Buffer) {
  if (!String(reply.headers['content-type']).includes('json')) return undefined;
  try {
    return call.codec.readUsage(JSON.parse(body.toString()));
  } catch {
    // An upstream may call anything JSON; it then simply reports no usage.
    return undefined;
  }
}
