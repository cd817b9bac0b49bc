// What the commands of `portico auth` look at: the configuration with its logins and credentials, and the gateway that runs.
import { dirname, resolve } from 'node:path';
import type { Household } from '../../config/credentials/owner.ts';
import type { Definition } from '../../config/directories/inspect.ts';
import type { CredentialSource, LoadedConfig, LoadedLogin, LoadResult } from '../../config/loaded.ts';
import { mergeDocuments } from '../../config/read/merge.ts';
import { isTree } from '../../config/read/tree.ts';
import { householdOf } from '../accounts/household.ts';
import { findRunning, type RunningGateway } from '../control.ts';
import { CommandFailure } from '../failure.ts';
import { locateConfiguration, locateState } from '../locate.ts';
import { readConfiguration } from '../read.ts';
import type { Terminal } from '../terminal.ts';

export interface PlaceOptions {
  readonly config?: string;
  readonly state?: string;
}

export interface Place {
  /** The main file. */
  readonly file: string;
  readonly config: LoadedConfig;
  readonly result: LoadResult;
  readonly logins: readonly LoadedLogin[];
  readonly sources: readonly CredentialSource[];
  readonly household: Household;
  /** Provider directories, by name. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** `accounts[].file` as written, absolute, by `provider/account`. */
  readonly files: ReadonlyMap<string, string>;
}

/** Throws CommandFailure where there is no valid configuration. */
export async function readPlace(terminal: Terminal, options: PlaceOptions): Promise<Place> {
  const file = locateConfiguration(terminal, options.config);
  const result = await readConfiguration(terminal, file);
  const { config, logins = [], credentials = [] } = result;
  if (config === undefined) throw new CommandFailure(`${file} is not valid.`, '`portico check` shows what is wrong.');
  const known = await householdOf(config, file);
  return { file, config, result, logins, sources: credentials, ...known, files: filesNamed(result, file) };
}

export function runningAt(terminal: Terminal, { state }: PlaceOptions): Promise<RunningGateway | undefined> {
  return findRunning(locateState(terminal, state));
}

/** Also of accounts whose file is not there yet. */
function filesNamed({ documents }: LoadResult, main: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const document of documents) {
    const { providers } = mergeDocuments([document]);
    for (const provider of Array.isArray(providers) ? providers.filter(isTree) : []) {
      for (const account of Array.isArray(provider.accounts) ? provider.accounts.filter(isTree) : []) {
        if (typeof account.file !== 'string' || account.file.includes('$')) continue;
        found.set(`${provider.name}/${account.name}`, resolve(dirname(document.path || main), account.file));
      }
    }
  }
  return found;
}
