// Where things are: the configuration, the state directory, the package itself.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** Root of the package: its gateway.yaml, plugins/ and providers/ are the shipped ones. */
export const packageRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const fileName = 'gateway.yaml';

/**
 * Absolute path of the configuration named, or of PORTICO_CONFIG, or of ./gateway.yaml, or (only where `shipped`) of the
 * package's own.
 */
export function locateConfiguration(terminal: Terminal, named: string | undefined, shipped = false): string {
  const chosen = named ?? (terminal.env.PORTICO_CONFIG || undefined);
  const file = resolve(terminal.cwd, chosen ?? fileName);
  if (existsSync(file)) return file;
  if (named !== undefined) throw new CommandFailure(`There is no file ${file}.`, 'Check the path.');
  if (chosen !== undefined) throw new CommandFailure(`There is no file ${file}.`, 'PORTICO_CONFIG names it.');
  if (shipped) return join(packageRoot, fileName);
  throw new CommandFailure(
    `There is no ${fileName} in ${terminal.cwd}.`,
    `Name the file, or start from the shipped one: cp ${join(packageRoot, fileName)} .`,
  );
}

/** Absolute path of the state directory: --state, PORTICO_STATE, ./.portico. */
export function locateState(terminal: Terminal, named: string | undefined): string {
  return resolve(terminal.cwd, named ?? (terminal.env.PORTICO_STATE || '.portico'));
}

/** The directory new plugins/ and providers/ go into: that of the configuration, if there is one. */
export function locateWorkspace(terminal: Terminal, named: string | undefined): string {
  return named === undefined ? terminal.cwd : dirname(locateConfiguration(terminal, named));
}
