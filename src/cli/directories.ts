// The plugin or provider directories a configuration could use: those beside it, then the shipped ones.
import { discover, type Kind } from '../config/directories/discover.ts';
import type { Definition } from '../config/directories/inspect.ts';
import { locateWorkspace, packageRoot } from './locate.ts';
import type { Terminal } from './terminal.ts';

/** By name. Beside the configuration named, or in the current directory. */
export async function findDirectories(
  terminal: Terminal,
  kind: Kind,
  named: string | undefined,
): Promise<readonly Definition[]> {
  const { definitions } = await discover(kind, [locateWorkspace(terminal, named), packageRoot]);
  return [...definitions.values()].sort((a, b) => a.directory.name.localeCompare(b.directory.name));
}

/** Where it is, for a row of a list. */
export function placeOf({ directory }: Definition): string {
  return directory.path.startsWith(`${packageRoot}/`) ? 'shipped' : directory.path;
}

/** "broken: …" with the first of its errors, or undefined. */
export function faultOf({ problems }: Definition): string | undefined {
  const first = problems.find((problem) => problem.severity === 'error');
  return first === undefined ? undefined : `broken: ${first.file}:${first.line}: ${first.message}`;
}
