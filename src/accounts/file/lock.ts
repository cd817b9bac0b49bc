// Locks beside credential files, for all processes that share their directory: one refreshes at a time, one writes at a time.
// Locks of the operating system: a process that dies leaves none behind, only an empty file that the next one takes over.
import { createHash } from 'node:crypto';
import { closeSync, fchownSync, lstatSync, openSync, rmSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Lock, takeLock } from '../../config/history/lock.ts';
import type { CredentialNames, TokenOrigin } from '../../config/loaded.ts';

/** It was not to be had in time. */
export class LockTaken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LockTaken';
  }
}

const pollMs = 40;
/** Writing takes milliseconds: who holds the lock for longer hangs. */
const writeLimitMs = 10_000;

/**
 * Nobody else writes the file meanwhile, in this process or another that asks as well. Where no lock can be made (a read-only
 * mount) `work` runs without. Throws what `work` throws, and where the lock is not to be had.
 */
export async function whileWriting<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const path = await lockPath(file, 'lock');
  const late = `another process has held ${path} for ${writeLimitMs / 1000} s`;
  return holding(path, AbortSignal.timeout(writeLimitMs), late, () => work());
}

export interface RefreshTurn {
  readonly origin: TokenOrigin;
  readonly names: CredentialNames;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** Nobody else refreshes this account of the file meanwhile. `work` is told why there is no lock, where there can be none. */
export async function whileRefreshing<Result>(
  { origin, names, signal }: RefreshTurn,
  work: (unlocked: string | undefined) => Promise<Result>,
): Promise<Result> {
  const path = await lockPath(origin.file, `${partOf(origin, names)}refresh.lock`);
  return holding(path, signal, `another process is refreshing it for too long: it holds ${path}`, work);
}

/** Accounts of one list are refreshed side by side. Their place in it may change, their names do not. */
function partOf({ index }: TokenOrigin, { email, accountId }: CredentialNames): string {
  if (index === undefined) return '';
  const name = email ?? accountId ?? String(index);
  return `${createHash('sha256').update(name).digest('hex').slice(0, 12)}.`;
}

/** Behind a symbolic link stands the file that counts. */
async function lockPath(file: string, ending: string): Promise<string> {
  const real = await realpath(file).catch(() => file);
  return join(dirname(real), `.${basename(real)}.${ending}`);
}

/** Within this process they wait in line for each other, and none of them has to look again and again. */
const queues = new Map<string, Promise<void>>();

async function holding<Result>(
  path: string,
  signal: AbortSignal,
  late: string,
  work: (unlocked: string | undefined) => Promise<Result>,
): Promise<Result> {
  const before = queues.get(path);
  const { promise: mine, resolve: done } = Promise.withResolvers<void>();
  queues.set(path, mine);
  await before;
  try {
    const lock = await take(path, signal, late);
    if (typeof lock === 'string') return await work(lock);
    try {
      return await work(undefined);
    } finally {
      lock.release();
    }
  } finally {
    if (queues.get(path) === mine) queues.delete(path);
    done();
  }
}

/** Text: why there can be none. Throws where it is not to be had in time. */
async function take(path: string, signal: AbortSignal, late: string): Promise<Lock | string> {
  for (;;) {
    const lock = attempt(path);
    if (lock !== undefined) return lock;
    // A timer that keeps the process: a command may have nothing else to wait for.
    await pause(pollMs, undefined, { signal }).catch(() => {
      throw new LockTaken(late);
    });
  }
}

/** Undefined: somebody has it. */
function attempt(path: string): Lock | string | undefined {
  try {
    const file = made(path);
    const lock = takeLock(path);
    if (lock === undefined) return undefined;
    // The holder removes it at the end: who had opened it before holds a file that nobody else will ever find.
    if (markOf(path) === file) return { release: () => release(path, lock) };
    lock.release();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function release(path: string, lock: Lock): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where a file that is open cannot be removed, it stays: empty, and locked by nobody.
  }
  lock.release();
}

function made(path: string): string | undefined {
  const file = markOf(path);
  if (file !== undefined) return file;
  // Made anew or not at all: who may write the directory must not have a superuser make a file elsewhere, through a link.
  const lock = openNew(path);
  if (lock !== undefined) {
    if (process.getuid?.() === 0) giveAway(lock, dirname(path));
    closeSync(lock);
  }
  return markOf(path);
}

/** Undefined: somebody else was first. */
function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'ax', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return undefined;
  }
}

/** A superuser's command must not keep the gateway, another user's, from taking part. */
function giveAway(lock: number, directory: string): void {
  const { uid, gid } = statSync(directory);
  if (uid === 0) return;
  try {
    fchownSync(lock, uid, gid);
  } catch {
    // A superuser of a container only, who may not. Between those of one user the lock holds all the same.
  }
}

/** Tells a file from another that took its name, and its inode, later. Throws where it is none. */
function markOf(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new Error(`${path} is no regular file`);
  return found && `${found.dev} ${found.ino} ${found.birthtimeNs}`;
}
