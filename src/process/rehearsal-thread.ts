// Entry of the thread that loads new code before anybody depends on it.
import { parentPort, workerData } from 'node:worker_threads';
import { loadCode } from '../config/discover.ts';
import type { Directory } from '../config/loaded.ts';
import type { Problem } from '../gateway/outbox.ts';
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
    return { where: directory.path, message: describe(thrown, directory.path) };
  }
}

/** The message, and the first line of the stack that lies in the directory: file, line and column. */
function describe(thrown: unknown, directory: string): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const place = thrown.stack?.split('\n').find((line) => line.includes(directory) && /:\d+:\d+\)?$/.test(line));
  const at = place?.slice(place.indexOf(directory)).replace(/\)$/, '');
  return at === undefined || thrown.message.includes(at) ? thrown.message : `${thrown.message} (${at})`;
}
