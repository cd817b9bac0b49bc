// The addresses that come before those of the file: the options of `portico serve`, and behind them three variables of
// the environment.
import type { Report } from '../validate/report.ts';
import { readPort } from './port.ts';
import { isTree, type Tree } from './tree.ts';

export interface Overrides {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** Variables that take the place of a setting, with what they are for: `portico config env` lists them. */
export const addressVariables = [
  ['PORTICO_HOST', 'host of the first listener, before the file; `serve --host` comes before it'],
  ['PORTICO_PORT', 'port of the first listener, before the file; `serve --port` comes before it'],
  ['PORTICO_CONTROL_PORT', 'port of the control listener, before the file'],
] as const;

/** `tree` has its defaults filled in; the checks come after. */
export function layOverrides(tree: Tree, options: Overrides, env: NodeJS.ProcessEnv, report: Report): void {
  const first: unknown = Array.isArray(tree.listeners) ? tree.listeners[0] : undefined;
  if (isTree(first)) {
    const host = options.host ?? (env.PORTICO_HOST?.trim() || undefined);
    const port = options.port ?? portIn(env, 'PORTICO_PORT', ['listeners', 0, 'port'], report);
    if (host !== undefined) first.host = host;
    if (port !== undefined) first.port = port;
  }
  if (!isTree(tree.control)) return;
  const port = portIn(env, 'PORTICO_CONTROL_PORT', ['control', 'port'], report);
  if (port !== undefined) tree.control.port = port;
}

/** Undefined where the variable is not set, or empty. */
function portIn(env: NodeJS.ProcessEnv, name: string, path: (string | number)[], report: Report): number | undefined {
  const text = env[name]?.trim() ?? '';
  if (text === '') return undefined;
  const port = readPort(text);
  if (port !== undefined) return port;
  report.error(path, `the environment variable ${name} is no port: set it to a number from 0 to 65535, or unset it`);
  return undefined;
}
