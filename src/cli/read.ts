// Loads a configuration the way `serve` would, for the commands that only look.
import { formatIssues } from '../config/format.ts';
import { load } from '../config/load.ts';
import type { LoadResult } from '../config/loaded.ts';
import { CommandFailure } from './failure.ts';
import { packageRoot } from './locate.ts';
import { withProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export function readConfiguration(terminal: Terminal, file: string): Promise<LoadResult> {
  return withProgress(terminal, `reading ${file}`, load({ file, env: terminal.env, builtin: packageRoot }));
}

const mostTold = 3;

/** For a command that cannot do without it: what is wrong, as far as it fits here. */
export function notValid({ cwd }: Terminal, file: string, { issues }: LoadResult, code?: number): CommandFailure {
  const errors = issues.filter(({ severity }) => severity === 'error');
  const told = formatIssues(errors.slice(0, mostTold), { base: cwd });
  return new CommandFailure(
    `${file} is not valid.${told === '' ? '' : `\n${told}`}`,
    '`portico check` shows all that is wrong.',
    code,
  );
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
