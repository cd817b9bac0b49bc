// The first configuration: what is on disk, or else, loudly, the last revision that was served. With neither there is
// nothing to start.
import { formatIssues } from '../config/format.ts';
import type { History } from '../config/history/history.ts';
import type { ReloadResult } from '../control/plane.ts';
import type { Reloader } from './reload/reload.ts';

/** The message is everything that is wrong, as a person should read it. */
export class StartError extends Error {
  readonly result: ReloadResult;

  constructor(result: ReloadResult) {
    super(`the configuration cannot be served\n${explain(result)}`);
    this.name = 'StartError';
    this.result = result;
  }
}

export interface BootOptions {
  readonly reloader: Reloader;
  readonly history: History;
  /** Main configuration file: a revision of another one is no substitute. */
  readonly file: string;
}

/** Resolves to why the file was not taken, when what is served comes from history instead. Throws StartError. */
export async function boot({ reloader, history, file }: BootOptions): Promise<ReloadResult | undefined> {
  const result = await reloader.request();
  if (result.outcome === 'committed') return undefined;
  const last = await history.current();
  if (last === undefined || last.documents[0]?.path !== file) throw new StartError(result);
  const second = await reloader.apply(last.documents);
  if (second.outcome !== 'committed') throw new StartError(result);
  return result;
}

/** Issues and problems, one a line. */
export function explain({ issues, problems }: Pick<ReloadResult, 'issues' | 'problems'>): string {
  const lines = problems.map((problem) => `${problem.where}: ${problem.message}`);
  const formatted = issues.length === 0 ? [] : [formatIssues(issues, {}).trimEnd()];
  return [...formatted, ...lines].join('\n');
}
