// Walks the chain of this listener and route.
import type { Next } from 'koa';
import { GatewayError } from '../../core/index.ts';
import type { StepContext } from './begin.ts';

export function plugins(ctx: StepContext, next: Next): unknown {
  const { call } = ctx;
  const chain = call.door.chains.get(call.route);
  if (chain === undefined) throw new GatewayError('internal');
  return chain(ctx, next);
}
