// How a command fails: one sentence on what is wrong, one on what to do. No stack trace reaches the user.

export class CommandFailure extends Error {
  readonly remedy: string;
  /** Exit code, where that is not the command's usual one. */
  readonly code: number | undefined;

  constructor(message: string, remedy: string, code?: number) {
    super(message);
    this.name = 'CommandFailure';
    this.remedy = remedy;
    this.code = code;
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** `ENOENT` and the like, or undefined. */
export function systemCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
