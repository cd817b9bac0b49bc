// What went wrong with a proxy, in words an operator can act on and without its password.
export class EgressError extends Error {
  readonly code: 'EGRESS_AUTH' | 'EGRESS_REFUSED' | 'EGRESS_FAILED';

  constructor(code: EgressError['code'], url: URL, message: string, cause?: unknown) {
    super(`egress ${url.protocol}//${url.host} ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'EgressError';
    this.code = code;
  }
}
