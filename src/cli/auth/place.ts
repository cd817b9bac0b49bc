// What the commands of `portico auth` look at: the configuration with its logins and credentials, and the gateway that runs.
import { dirname } from 'node:path';
import { accountsNamed } from '../../config/credentials/accounts-named.ts';
import type { Household } from '../../config/credentials/owner.ts';
import { discover } from '../../config/directories/discover.ts';
import type { Definition } from '../../config/directories/inspect.ts';
import type { CredentialSource, LoadedConfig, LoadedLogin, LoadResult } from '../../config/loaded.ts';
import { findRunning, type RunningGateway } from '../control.ts';
import { locateConfiguration, locateState, packageRoot } from '../locate.ts';
import { notValid, readConfiguration } from '../read.ts';
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
  const { config, logins = [], credentials = [], accountsHousehold: household } = result;
  if (config === undefined || household === undefined) throw notValid(terminal, file, result);
  const { definitions } = await discover('providers', [dirname(file), packageRoot]);
  const { files } = accountsNamed(result.documents, file);
  return { file, config, result, logins, sources: credentials, household, definitions, files };
}

export function runningAt(terminal: Terminal, { state }: PlaceOptions): Promise<RunningGateway | undefined> {
  return findRunning(locateState(terminal, state));
}
