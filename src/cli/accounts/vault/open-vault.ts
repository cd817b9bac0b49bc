// The vault of a configuration and the files in it, for the commands that look at them or change them.
import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Vault } from '../../../config/credentials/vault/vault.ts';
import { unfinishedOf } from '../../../config/history/write-file.ts';
import { CommandFailure } from '../../failure.ts';
import { locateConfiguration } from '../../locate.ts';
import { readConfiguration } from '../../read.ts';
import type { Terminal } from '../../terminal.ts';

export interface OpenVault {
  readonly vault: Vault;
  /** Absolute; none twice, whatever names it has. */
  readonly files: readonly string[];
}

/** Throws CommandFailure (2). */
export async function openVaultOf(terminal: Terminal, named: string | undefined): Promise<OpenVault> {
  const file = locateConfiguration(terminal, named);
  const { config, issues, accountsVault: vault, accountFiles = [] } = await readConfiguration(terminal, file);
  const wrong = issues.find(({ severity, path }) => severity === 'error' && path.startsWith('accounts.vault'));
  if (wrong !== undefined) {
    const place = `${wrong.file}:${wrong.line}:${wrong.column}: ${wrong.path}`;
    throw new CommandFailure(`${place}: ${wrong.message}`, 'Without its key nothing in the vault can be opened.', 2);
  }
  if (config === undefined || vault === undefined) {
    throw new CommandFailure(`${file} is not valid.`, 'Run `portico check` to see why.', 2);
  }
  const real = await Promise.all(accountFiles.map((each) => realpath(each).catch(() => each)));
  return { vault, files: accountFiles.filter((_, index) => real.indexOf(real[index] ?? '') === index) };
}

/** What a write that was interrupted left beside the files: it may be in clear. */
export async function leftoversOf(files: readonly string[]): Promise<string[]> {
  const directories = [...new Set(files.map((file) => dirname(file)))];
  const found = directories.map(async (directory) => {
    const names = await readdir(directory).catch(() => []);
    return names.filter((name) => /\.json$/i.test(unfinishedOf(name) ?? '')).map((name) => join(directory, name));
  });
  return (await Promise.all(found)).flat();
}

/** As short as it can be said from where the command was called. */
export function shown(terminal: Terminal, file: string): string {
  const short = relative(terminal.cwd, file);
  return short.startsWith('..') ? file : short;
}
