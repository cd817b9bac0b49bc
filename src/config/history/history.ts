// The revisions that were served, on disk: one file each, and one that says which is current. A torn write is not
// possible; a file that cannot be read is as good as absent.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from '../loaded.ts';
import { writeFileWhole } from './write-file.ts';

export interface HistoryEntry {
  readonly revision: string;
  /** When it was last committed, epoch milliseconds. */
  readonly time: number;
  readonly current: boolean;
  /** Paths of its files, the main one first. */
  readonly files: readonly string[];
}

interface Kept {
  readonly revision: string;
  readonly time: number;
  readonly documents: readonly Document[];
}

export class History {
  readonly #directory: string;
  readonly #keep: number;

  constructor(stateDirectory: string, keep: number) {
    this.#directory = join(stateDirectory, 'history');
    this.#keep = keep;
  }

  /** Makes a revision the current one and forgets the oldest beyond what is kept. */
  async commit(revision: string, documents: readonly Document[], time: number): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const kept: Kept = { revision, time, documents: documents.map(({ path, text }) => ({ path, text })) };
    await writeFileWhole(this.#fileOf(revision), JSON.stringify(kept), 0o600);
    await writeFileWhole(join(this.#directory, 'current'), `${revision}\n`, 0o600);
    const entries = await this.#all();
    const old = entries.filter((entry) => entry.revision !== revision).slice(Math.max(0, this.#keep - 1));
    for (const entry of old) await rm(this.#fileOf(entry.revision), { force: true });
  }

  /** The newest first. */
  async list(): Promise<HistoryEntry[]> {
    const [entries, current] = [await this.#all(), await this.#currentRevision()];
    return entries.map(({ revision, time, documents }) => ({
      revision,
      time,
      current: revision === current,
      files: documents.map((document) => document.path),
    }));
  }

  /** Undefined when no revision, or more than one, starts like this. */
  async read(revision: string): Promise<Document[] | undefined> {
    if (revision === '') return undefined;
    const found = (await this.#all()).filter((entry) => entry.revision.startsWith(revision));
    const [only] = found;
    return found.length === 1 && only !== undefined ? [...only.documents] : undefined;
  }

  async current(): Promise<{ revision: string; documents: readonly Document[] } | undefined> {
    const revision = await this.#currentRevision();
    const entry = revision === undefined ? undefined : await this.#readOne(`${revision}.json`);
    return entry && { revision: entry.revision, documents: entry.documents };
  }

  async #currentRevision(): Promise<string | undefined> {
    const text = await readFile(join(this.#directory, 'current'), 'utf8').catch(() => '');
    return /^[0-9a-f]+$/.exec(text.trim())?.[0];
  }

  async #all(): Promise<Kept[]> {
    const names = await readdir(this.#directory).catch(() => [] as string[]);
    const files = names.filter((name) => /^[0-9a-f]+\.json$/.test(name));
    const entries = await Promise.all(files.map((name) => this.#readOne(name)));
    return entries.filter((entry) => entry !== undefined).sort((a, b) => b.time - a.time);
  }

  async #readOne(name: string): Promise<Kept | undefined> {
    try {
      const kept = JSON.parse(await readFile(join(this.#directory, name), 'utf8')) as Kept;
      return Array.isArray(kept.documents) && kept.documents.length > 0 ? kept : undefined;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #fileOf(revision: string): string {
    return join(this.#directory, `${revision}.json`);
  }
}
