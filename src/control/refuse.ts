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

export interface RefusalOptions extends ErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfter?: number;
}

/** Thrown by what a resource calls; answered in the same shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Members beside `error`. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, options: RefusalOptions = {}) {
    super(message, options);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfter = options.retryAfter;
  }
}
