// Brings an earlier revision back: checked first, then written to its files, then served like any other change of them.
import { createTwoFilesPatch } from 'diff';
import { diff } from '../../config/diff/diff.ts';
import type { History } from '../../config/history/history.ts';
import { restore } from '../../config/history/restore.ts';
import type { Document, LoadResult } from '../../config/loaded.ts';
import type { Rollback } from '../../control/plane.ts';
import { explain } from '../boot.ts';
import { readOptional } from '../state/files.ts';
import type { Reloader } from './reload.ts';

export interface RollbackOptions {
  readonly history: History;
  readonly reloader: Reloader;
  readonly file: string;
  readonly rejectedDirectory: string;
  /** The file belongs to git: say what to commit instead. */
  readonly readOnly: boolean;
  load(documents: readonly Document[]): Promise<LoadResult>;
  /** Takes secrets out of text. */
  clean(text: string): string;
}

export async function rollback(revision: string, options: RollbackOptions): Promise<Rollback> {
  const documents = await options.history.read(revision);
  if (documents === undefined) {
    return { done: false, why: 'unknown', message: `There is no revision ${revision}. GET /history lists them.` };
  }
  if (options.readOnly) return refuseReadOnly(documents, options);
  const loaded = await options.load(documents);
  if (loaded.config === undefined) {
    const message = `The revision is not valid any more:\n${explain({ issues: loaded.issues, problems: [] })}`;
    return { done: false, why: 'invalid', message };
  }
  await restore(documents, options.file, options.rejectedDirectory);
  const result = await options.reloader.request();
  if (result.outcome !== 'rejected') return { done: true, revision: result.revision, result };
  return { done: false, why: 'not-served', message: `The files are restored but not served:\n${explain(result)}` };
}

async function refuseReadOnly(documents: readonly Document[], options: RollbackOptions): Promise<Rollback> {
  const patches = await Promise.all(documents.map((document) => patchTo(document)));
  return {
    done: false,
    why: 'read-only',
    message: 'control.config is read-only: the files belong to git. Commit this change there instead.',
    changes: diff(options.reloader.served?.loaded.documents, documents),
    diff: options.clean(patches.join('')),
  };
}

/** From the file as it is to the document; empty where they are the same. */
async function patchTo({ path, text }: Document): Promise<string> {
  const now = await readOptional(path);
  return now === text ? '' : createTwoFilesPatch(path, path, now ?? '', text, 'now', 'then');
}
