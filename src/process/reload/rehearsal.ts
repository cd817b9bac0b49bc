// New code of drop-in directories is loaded once in a thread that nobody needs before any data thread sees it: a module
// that hangs or crashes takes that thread with it and nothing else.
import { Worker } from 'node:worker_threads';
import type { Directory, LoadedConfig } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';
import type { Problem } from '../../gateway/outbox.ts';

/** Given to the thread: the directories to load, one after the other. */
export interface RehearsalBirth {
  readonly directories: readonly Directory[];
  readonly limitMs: number;
}

/** What the thread says after each directory. */
export interface Rehearsed {
  readonly path: string;
  readonly problem: Problem | undefined;
}

export interface RehearsalOptions {
  readonly clock: Clock;
  /** Milliseconds one directory may take. */
  readonly limitMs: number;
  /** Default: rehearsal-thread.ts beside this file. */
  readonly entry?: URL;
}

/** The thread's own limit rings first where its loop still turns; this much later it is ended from outside. */
const marginMs = 500;

export class Rehearsal {
  readonly #options: RehearsalOptions;
  readonly #entry: URL;
  /** Outcome by path and digest, of the directories in use. */
  #known = new Map<string, Problem | undefined>();

  constructor(options: RehearsalOptions) {
    this.#options = options;
    this.#entry = options.entry ?? entryBeside(import.meta.url);
  }

  /** The configuration with every directory marked `broken` whose code cannot be loaded. */
  async mark(config: LoadedConfig): Promise<LoadedConfig> {
    const directories = [...config.plugins, ...config.providers]
      .map((user) => user.directory)
      .filter((directory) => directory.code);
    await this.#rehearse(directories);
    const mark = <User extends { readonly directory: Directory }>(user: User): User => {
      const broken = user.directory.code ? this.#known.get(keyOf(user.directory)) : undefined;
      return broken === undefined ? user : { ...user, directory: { ...user.directory, broken } };
    };
    return { ...config, plugins: config.plugins.map(mark), providers: config.providers.map(mark) };
  }

  /** Tries again what failed, at the next look. */
  forgetFailures(): void {
    this.#known = new Map([...this.#known].filter(([, problem]) => problem === undefined));
  }

  async #rehearse(directories: readonly Directory[]): Promise<void> {
    const known = new Map<string, Problem | undefined>();
    const fresh = new Map<string, Directory>();
    for (const directory of directories) {
      const key = keyOf(directory);
      if (this.#known.has(key)) known.set(key, this.#known.get(key));
      else fresh.set(key, directory);
    }
    let left = [...fresh.values()];
    while (left.length > 0) {
      const outcomes = await this.#run(left);
      for (const { path, problem } of outcomes) {
        const directory = left.find((each) => each.path === path);
        if (directory !== undefined) known.set(keyOf(directory), problem);
      }
      left = left.filter((directory) => !known.has(keyOf(directory)));
    }
    this.#known = known;
  }

  /** Loads as many as one thread survives: the last outcome is that of the directory that ended it, if one did. */
  async #run(directories: readonly Directory[]): Promise<readonly Rehearsed[]> {
    const { clock, limitMs } = this.#options;
    const birth: RehearsalBirth = { directories, limitMs };
    const worker = new Worker(this.#entry, { workerData: birth, name: 'rehearsal' });
    const outcomes: Rehearsed[] = [];
    const { promise, resolve } = Promise.withResolvers<string>();
    const limit = clock.after(limitMs + marginMs, () => resolve(`did not finish loading within ${limitMs} ms`));
    worker.on('online', () => limit.restart());
    worker.on('message', (rehearsed: Partial<Rehearsed>) => {
      // Under `node --watch`, Node's own messages about imported files come through here too.
      if (!isRehearsed(rehearsed)) return;
      outcomes.push(rehearsed);
      limit.restart();
      if (outcomes.length === directories.length) resolve('');
    });
    worker.on('error', (error: unknown) => resolve(`crashed: ${error instanceof Error ? error.message : error}`));
    worker.on('exit', (code) => resolve(`ended its thread with code ${code}`));
    const end = await promise;
    limit.cancel();
    await worker.terminate();
    const culprit = directories[outcomes.length];
    if (culprit === undefined) return outcomes;
    return [...outcomes, { path: culprit.path, problem: { where: culprit.path, message: end } }];
  }
}

function isRehearsed(message: Partial<Rehearsed>): message is Rehearsed {
  return typeof message.path === 'string';
}

function keyOf(directory: Directory): string {
  return `${directory.path}\n${directory.digest}`;
}

function entryBeside(url: string): URL {
  return new URL(url.endsWith('.ts') ? './rehearsal-thread.ts' : './rehearsal-thread.js', url);
}
