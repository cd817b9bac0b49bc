// Makes ctx.call: id, clock, the snapshot that is current now, and the tie to the client's connection.
import type { Context, Next } from 'koa';
import { GatewayError } from '../../core/index.ts';
import { dialectNames, dialects } from '../../dialects/index.ts';
import { guessDialect } from '../../dialects/recognise.ts';
import { GatewayCall } from '../call/call.ts';
import { newCallId } from '../call/call-id.ts';
import type { Binding } from '../door/listeners.ts';
import type { Gateway } from '../gateway.ts';
import type { ClientSocket } from '../upgrade/client-socket.ts';

/** What the listener knows of a request before the pipeline does. */
export interface Arrival {
  readonly gateway: Gateway;
  readonly binding: Binding;
  /** Of a request for a WebSocket: the client's bare socket. */
  readonly upgrade?: ClientSocket | undefined;
}

/** Koa's context inside the pipeline. */
export type StepContext = Context & { call: GatewayCall; arrival: Arrival };

export async function begin(ctx: StepContext, next: Next): Promise<void> {
  const { gateway, binding } = ctx.arrival;
  const { current } = gateway;
  const door = current?.parts.doors.get(binding.listener);
  if (current === undefined || door === undefined) return notYet(ctx);
  const call = new GatewayCall(current, door, ctx.req, ctx.res, gateway.options.clock);
  ctx.call = call;
  ctx.respond = false;
  gateway.began(call);
  ctx.res.once('close', () => {
    if (!ctx.res.writableFinished && call.leaves?.() !== true) call.abandon(new GatewayError('client-closed'));
  });
  try {
    await next();
  } finally {
    gateway.ended(call);
  }
}

/** A socket that was bound for a configuration that is about to be committed. */
function notYet(ctx: StepContext): void {
  const { code, status, message } = new GatewayError('not-ready');
  const callId = newCallId(Date.now());
  const dialect = dialects[guessDialect(ctx.path, dialectNames)];
  ctx.status = status;
  ctx.set({ 'retry-after': '1', connection: 'close', 'x-portico-id': callId });
  ctx.type = 'application/json';
  ctx.body = dialect.encodeError({ code, status, message, param: undefined, callId }).body;
}
