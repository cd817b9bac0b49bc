// One record per call, handed over when the last byte has left or the client has. Health checks leave none.
import type { Next } from 'koa';
import type { StepContext } from './begin.ts';
import { logTrouble } from './log-trouble.ts';

export async function record(ctx: StepContext, next: Next): Promise<void> {
  try {
    await next();
  } finally {
    const { call } = ctx;
    const finished = call.end();
    if (call.trouble !== undefined) logTrouble(ctx, call.trouble);
    if (call.match !== undefined) ctx.arrival.gateway.options.outbox.record(finished);
  }
}
