// What credential files may be for: instances as served, kinds of files as the provider directories know them.
import { dirname } from 'node:path';
import type { Household } from '../../config/credentials/owner.ts';
import { discover } from '../../config/directories/discover.ts';
import type { Definition } from '../../config/directories/inspect.ts';
import type { LoadedConfig } from '../../config/loaded.ts';
import { packageRoot } from '../locate.ts';

export interface KnownProviders {
  readonly household: Household;
  /** Every provider directory that an instance could be made of, by name. */
  readonly definitions: ReadonlyMap<string, Definition>;
}

/** `file`: the configuration, beside which directories may lie. */
export async function householdOf(config: LoadedConfig, file: string): Promise<KnownProviders> {
  const { definitions } = await discover('providers', [dirname(file), packageRoot]);
  const instances = config.providers.map(({ name, directory, enabled }) => ({
    name,
    directory: directory.name,
    enabled,
  }));
  const shapes = [...definitions].map(([name, { manifest }]) => [name, manifest?.accountFiles ?? []] as const);
  return { household: { instances, shapes: new Map(shapes) }, definitions };
}
