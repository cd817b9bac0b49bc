// Bytes that were received once and may be read several times, also while more are still arriving: the first in memory,
// the rest in a temporary file that has no name any more. A writer that is faster than the disk is told to pause.
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpoolOptions {
  /** Bytes kept in memory. */
  readonly mostInMemory: number;
  /** The disk has caught up: more may be appended. */
  readonly ready: () => void;
  /** The disk failed. */
  readonly failed: (error: unknown) => void;
}

/** Bytes that wait for the disk before the writer is told to pause. */
const mostPending = 256 * 1024;
const readSize = 64 * 1024;

export class Spool {
  /** That were appended. */
  bytes = 0;
  ended = false;
  readonly #options: SpoolOptions;
  readonly #memory: Buffer[] = [];
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #file: FileHandle | undefined;
  #written = 0;
  #flushing: Promise<void> | undefined;
  #error: unknown;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  /** False: pause until `ready`. */
  append(chunk: Buffer): boolean {
    const inMemory = this.#file === undefined && this.#flushing === undefined;
    const fits = inMemory && this.bytes + chunk.length <= this.#options.mostInMemory;
    this.bytes += chunk.length;
    if (fits) {
      this.#memory.push(chunk);
      this.#wake();
      return true;
    }
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    this.#flushing ??= this.#flush();
    return this.#pendingBytes < mostPending;
  }

  end(): void {
    this.ended = true;
    this.#wake();
  }

  /** Every reader throws `error`, now or when it reads on. */
  fail(error: unknown): void {
    this.#error ??= error;
    this.#wake();
  }

  /** The bytes where all of them are here and in memory. */
  get atHand(): readonly Buffer[] | undefined {
    return this.ended && this.#file === undefined && this.#flushing === undefined ? this.#memory : undefined;
  }

  /** From the first byte on, following the writer. */
  async *read(): AsyncGenerator<Buffer, void> {
    let next = 0;
    let position = 0;
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const held = this.#memory[next];
      if (held !== undefined) {
        next += 1;
        yield held;
      } else if (position < this.#written && this.#file !== undefined) {
        const buffer = Buffer.allocUnsafe(Math.min(readSize, this.#written - position));
        const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, position);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      } else if (this.ended && this.#pendingBytes === 0) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
  }

  /** Lets go of everything; readers throw. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.fail(new Error('the request body is gone'));
    this.#memory.length = 0;
    await this.#flushing;
    // Without its name the file is gone as soon as the handle is; there is nobody to tell that closing failed.
    await this.#file?.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    try {
      this.#file ??= await openNameless();
      while (this.#pending.length > 0 && this.#error === undefined) {
        const chunks = this.#pending;
        this.#pending = [];
        for (const chunk of chunks) await this.#write(this.#file, chunk);
        this.#options.ready();
      }
    } catch (error) {
      this.fail(error);
      this.#options.failed(error);
    } finally {
      this.#flushing = undefined;
    }
  }

  async #write(file: FileHandle, chunk: Buffer): Promise<void> {
    let done = 0;
    while (done < chunk.length) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, this.#written);
      done += bytesWritten;
      this.#written += bytesWritten;
    }
    this.#pendingBytes -= chunk.length;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** A file nobody else can open, gone with its handle: a crash leaves nothing behind. */
async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `portico-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
