// Answers a request that asked for a WebSocket: 101 and the two sockets joined where an upstream has switched protocols, 101
// and a session where its messages are to be requests of their own, else an ordinary answer and the end of the connection.
import type { Next } from 'koa';
import { GatewayError } from '../../core/index.ts';
import { UpstreamSocket } from '../../upstream/upgrade/upstream-socket.ts';
import type { StepContext } from '../steps/begin.ts';
import { respond } from '../steps/respond.ts';
import { askedInQuery } from './asked-in-query.ts';
import { relay } from './relay.ts';
import { openSession } from './session/open-session.ts';

export async function handOver(ctx: StepContext, next: Next): Promise<void> {
  const { call } = ctx;
  const client = ctx.arrival.upgrade;
  call.upgrades = true;
  call.request = askedInQuery;
  await next();
  const { reply } = call;
  if (client !== undefined && call.operation === 'session' && reply?.status === 101) {
    const { binding, gateway } = ctx.arrival;
    return openSession(call, client, binding, gateway.sessions);
  }
  if (client === undefined || !(reply?.body instanceof UpstreamSocket)) return respond(ctx, async () => undefined);
  if (call.gone !== undefined || ctx.res.destroyed) {
    const gone = call.gone ?? new GatewayError('client-closed');
    reply.body.abort(gone);
    call.outcome = 'aborted';
    call.error = gone.code;
    return;
  }
  const { headers, body } = reply;
  ctx.res.writeHead(101, { ...headers, 'x-portico-id': call.id, connection: 'Upgrade', upgrade: 'websocket' });
  ctx.res.flushHeaders();
  call.firstByteAt = call.clock.ticks();
  await relay(call, client.take(ctx.res), body);
}
