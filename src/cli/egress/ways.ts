// The ways out that a configuration has, and what is reached by each.
import type { LoadedConfig } from '../../config/loaded.ts';

export interface Way {
  /** `direct`, or the name of an egress. */
  readonly name: string;
  /** With credentials; undefined: directly. */
  readonly url: string | undefined;
  /** Base URLs of the accounts and forward routes that go this way, each once. */
  readonly targets: readonly string[];
}

/** Those of the file in its order, then `direct` where something goes that way. */
export function waysOf(config: LoadedConfig): Way[] {
  const named = config.egress.map(({ name, url }) => ({ name, url, targets: targetsOf(config, name) }));
  const direct = targetsOf(config, 'direct');
  return direct.length === 0 ? named : [...named, { name: 'direct', url: undefined, targets: direct }];
}

function targetsOf({ providers, routes }: LoadedConfig, egress: string): string[] {
  const accounts = providers
    .filter(({ enabled }) => enabled)
    .flatMap((provider) => provider.accounts)
    .filter((account) => account.egress === egress)
    // Upstreams in memory are reached by no way at all.
    .map(({ baseUrl }) => baseUrl)
    .filter((url) => !/\.invalid(?:[:/]|$)/.test(url));
  const forwards = routes.filter(({ forward }) => forward.egress === egress).flatMap(({ url }) => url ?? []);
  return [...new Set([...accounts, ...forwards])];
}
