// Says "look again" when anything in the watched directories may have changed. Directories, not files: atomic renames,
// delete-and-recreate and swapped symbolic links all show there. A slow poll is the net under what the system misses.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { type Alarm, type Clock, systemClock } from '../core/index.ts';

export interface WatchOptions {
  /** Each is watched by itself, without what is inside its directories. */
  readonly directories: readonly string[];
  readonly onChange: () => void;
  /** Quiet time after which a change is told, at most ten times as long after the first. */
  readonly debounceMs?: number;
  readonly pollMs?: number;
  readonly clock?: Clock;
}

export interface Watching {
  update(directories: readonly string[]): void;
  close(): Promise<void>;
}

/** Resolves when the directories are being watched. */
export async function watchConfiguration(options: WatchOptions): Promise<Watching> {
  const watcher = new Watcher(options);
  await watcher.start();
  return watcher;
}

/** What is written beside configuration all the time and never is configuration. */
function isNoise(path: string): boolean {
  return /^(\.git|\.portico|node_modules|\..+\.lock)$|\.log(\.\d+)?(\.gz)?$|\.sw[a-p]$|~$/.test(basename(path));
}

class Watcher implements Watching {
  readonly #onChange: () => void;
  readonly #debounceMs: number;
  readonly #pollMs: number;
  readonly #clock: Clock;
  readonly #watcher: FSWatcher;
  #directories: ReadonlySet<string>;
  /** Directory -> which directory it was when it was last looked at, and what was in it. */
  #seen = new Map<string, Seen>();
  #quiet: Alarm | undefined;
  #poll: Alarm | undefined;
  #firstEvent: number | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: WatchOptions) {
    this.#onChange = options.onChange;
    this.#debounceMs = options.debounceMs ?? 60;
    this.#pollMs = options.pollMs ?? 5000;
    this.#clock = options.clock ?? systemClock;
    this.#directories = new Set(options.directories);
    this.#watcher = watch([...this.#directories], {
      depth: 0,
      ignoreInitial: true,
      followSymlinks: false,
      ignored: (path) => !this.#directories.has(path) && isNoise(path),
    });
  }

  async start(): Promise<void> {
    this.#watcher.on('all', () => this.#touch());
    // A directory that cannot be watched is still polled.
    this.#watcher.on('error', () => this.#touch());
    await new Promise<void>((done) => this.#watcher.once('ready', done));
    await this.#look();
    this.#schedulePoll();
  }

  update(directories: readonly string[]): void {
    const next = new Set(directories);
    const added = [...next].filter((directory) => !this.#directories.has(directory));
    const removed = [...this.#directories].filter((directory) => !next.has(directory));
    this.#directories = next;
    if (added.length > 0) this.#watcher.add(added);
    if (removed.length > 0) this.#watcher.unwatch(removed);
    for (const directory of removed) this.#seen.delete(directory);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#quiet?.cancel();
    this.#poll?.cancel();
    await this.#watcher.close();
    await this.#looking;
  }

  #touch(): void {
    if (this.#closed) return;
    const now = this.#clock.ticks();
    this.#firstEvent ??= now;
    if (this.#quiet !== undefined && now - this.#firstEvent >= this.#debounceMs * 10) return;
    this.#quiet?.cancel();
    this.#quiet = this.#clock.after(this.#debounceMs, () => {
      this.#quiet = undefined;
      this.#firstEvent = undefined;
      this.#looking = this.#look().then(() => this.#tell());
    });
  }

  #tell(): void {
    if (!this.#closed) this.#onChange();
  }

  #schedulePoll(): void {
    this.#poll = this.#clock.after(this.#pollMs, () => {
      this.#looking = this.#look().then((changed) => {
        if (this.#closed) return;
        if (changed) this.#onChange();
        this.#schedulePoll();
      });
    });
  }

  /** Whether anything differs from the last look. A directory that was replaced is watched anew. */
  async #look(): Promise<boolean> {
    let changed = false;
    for (const directory of this.#directories) {
      const now = await lookAt(directory);
      const before = this.#seen.get(directory);
      this.#seen.set(directory, now);
      if (before === undefined || this.#closed) continue;
      if (before.content !== now.content) changed = true;
      if (before.identity === now.identity) continue;
      changed = true;
      this.#watcher.unwatch(directory);
      this.#watcher.add(directory);
    }
    return changed;
  }
}

interface Seen {
  readonly identity: string;
  readonly content: string;
}

async function lookAt(directory: string): Promise<Seen> {
  const self = await stat(directory).catch(() => undefined);
  if (self === undefined) return { identity: 'absent', content: '' };
  const names = await readdir(directory).catch(() => [] as string[]);
  const parts = await Promise.all(
    names
      .filter((name) => !isNoise(name))
      .sort()
      .map(async (name) => {
        const found = await stat(join(directory, name)).catch(() => undefined);
        if (found === undefined) return `${name}:absent`;
        return found.isDirectory() ? `${name}/${found.ino}` : `${name}:${found.ino}:${found.size}:${found.mtimeMs}`;
      }),
  );
  return { identity: `${self.dev}:${self.ino}`, content: parts.join('\n') };
}
