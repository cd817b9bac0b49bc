// How the control API says no: one shape for every error.
import type { Context } from 'koa';

export function refuse(
  ctx: Pick<Context, 'status' | 'body'>,
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  ctx.status = status;
  ctx.body = { error: { code, message }, ...details };
}

/** Thrown by what a resource calls; answered in the same shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}
