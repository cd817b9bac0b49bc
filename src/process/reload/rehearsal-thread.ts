// Entry of the thread that loads new code before anybody depends on it.
import { parentPort, workerData } from 'node:worker_threads';
import { CodeError, loadCode } from '../../config/load-code.ts';
import type { Directory } from '../../config/loaded.ts';
import type { Problem } from '../../gateway/outbox.ts';
import type { RehearsalBirth, Rehearsed } from './rehearsal.ts';

const birth: RehearsalBirth = workerData;
for (const directory of birth.directories) {
  const rehearsed: Rehearsed = { path: directory.path, problem: await rehearse(directory) };
  parentPort?.postMessage(rehearsed);
}

async function rehearse(directory: Directory): Promise<Problem | undefined> {
  try {
    const value = await loadCode(directory, birth.limitMs);
    if (typeof value === 'function') return undefined;
    return { where: directory.path, message: 'index.ts has no function as its default export' };
  } catch (thrown) {
    const where = thrown instanceof CodeError ? thrown.where : directory.path;
    return { where, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
