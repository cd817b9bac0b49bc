// Loads a configuration the way `serve` would, for the commands that only look.
import { load } from '../config/load.ts';
import type { LoadResult } from '../config/loaded.ts';
import { packageRoot } from './locate.ts';
import { withProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export function readConfiguration(terminal: Terminal, file: string): Promise<LoadResult> {
  return withProgress(terminal, `reading ${file}`, load({ file, env: terminal.env, builtin: packageRoot }));
}

/** "2 errors and 1 warning", or undefined when there is nothing to say. */
export function countIssues(issues: LoadResult['issues']): string | undefined {
  const errors = issues.filter((issue) => issue.severity === 'error').length;
  const warnings = issues.length - errors;
  const words = [plural(errors, 'error'), plural(warnings, 'warning')].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(' and ');
}

function plural(count: number, noun: string): string | undefined {
  if (count === 0) return undefined;
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
