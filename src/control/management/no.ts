// How the management paths say no: as the tools that know them read it.
import type { Context } from 'koa';

export function no(ctx: Pick<Context, 'status' | 'body'>, status: number, error: string): false {
  ctx.status = status;
  ctx.body = { status: 'error', error };
  return false;
}
