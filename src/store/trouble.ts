// What can be wrong with a database, in words: what happened, and what to do about it.

/** The message is a sentence without its subject, which is the database: `is damaged`. */
export class StoreError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.remedy = remedy;
  }
}

interface Trouble {
  readonly message: string;
  readonly remedy: string;
}

const away =
  'Restore it from a backup, or move it away, its -wal and -shm files too, to start with an empty one: what has been used of running limits is then forgotten.';
const refused: Trouble = {
  message: 'cannot be written',
  remedy: 'Give this user the right to write the file and its directory, or name another one with `store.path`.',
};
const busy: Trouble = {
  message: 'is in use by another process',
  remedy: 'Stop it, or name another database with `store.path`.',
};
const damaged: Trouble = { message: 'is damaged', remedy: away };
const full: Trouble = { message: 'cannot be written: the disk is full', remedy: 'Make room.' };
const missing: Trouble = {
  message: 'cannot be opened',
  remedy: 'See that `store.path` names a file in a directory this user may write to.',
};

/** Primary result codes: https://sqlite.org/rescode.html */
const bySqliteCode: ReadonlyMap<number, Trouble> = new Map([
  [3, refused],
  [5, busy],
  [6, busy],
  [8, refused],
  [10, { message: 'cannot be read or written: the disk failed', remedy: 'See the log of the system.' }],
  [11, damaged],
  [13, full],
  [14, missing],
  [26, { message: 'is not a database', remedy: away }],
]);

const bySystemCode: Readonly<Record<string, Trouble>> = {
  EACCES: refused,
  EPERM: refused,
  EROFS: refused,
  ENOSPC: full,
  EDQUOT: full,
  EISDIR: missing,
  ENOTDIR: missing,
  ENOENT: missing,
};

/** Whatever a database throws, as a StoreError. What is not known is passed on in the system's words. */
export function storeError(thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  const trouble = troubleOf(thrown);
  if (trouble === undefined) return new StoreError(`failed: ${words}`, 'See the log.', { cause: thrown });
  return new StoreError(`${trouble.message} (${words})`, trouble.remedy, { cause: thrown });
}

function troubleOf(thrown: unknown): Trouble | undefined {
  if (!(thrown instanceof Error)) return undefined;
  // The low byte is the primary code, the rest says more: https://sqlite.org/rescode.html#extrc
  if ('errcode' in thrown && typeof thrown.errcode === 'number') return bySqliteCode.get(thrown.errcode & 0xff);
  return 'code' in thrown ? bySystemCode[String(thrown.code)] : undefined;
}
