// What went wrong with a proxy, in words an operator can act on and without its password.
export class EgressError extends Error {
  readonly code: 'EGRESS_AUTH' | 'EGRESS_REFUSED' | 'EGRESS_FAILED';
  /** Its name in the configuration, where that is known. */
  egress: string | undefined = undefined;

  constructor(code: EgressError['code'], url: URL, message: string, cause?: unknown) {
    super(`egress ${url.protocol}//${url.host} ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'EgressError';
    this.code = code;
  }

  /** What went wrong, without its address: for clients and records. */
  get told(): string {
    return `The egress${this.egress === undefined ? '' : ` "${this.egress}"`} ${words[this.code]}.`;
  }
}

const words = {
  EGRESS_AUTH: 'does not accept its user or password',
  EGRESS_REFUSED: 'could not connect to the upstream, or will not',
  EGRESS_FAILED: 'cannot be reached',
} as const;
