// What can be said of a served configuration: the parts of `/status` that stand in it, and why it could serve nobody.
import type { LoadedConfig } from '../config/loaded.ts';
import type { DiscoveryStatus, Status } from '../control/plane.ts';

export function describeConfig(
  config: LoadedConfig,
  discovered: (provider: string) => DiscoveryStatus | undefined = () => undefined,
): Pick<Status, 'listeners' | 'providers' | 'plugins'> {
  return {
    listeners: config.listeners.map(({ name, host, port, tls }) => ({ name, host, port, tls: tls !== undefined })),
    providers: config.providers.map(({ name, directory, enabled, accounts }) => ({
      name,
      use: directory.name,
      enabled,
      discovery: discovered(name),
      accounts: accounts.map((account) => ({
        name: account.name,
        usable: enabled && account.disabled === undefined,
        reason: enabled ? account.disabled : 'the provider is disabled',
      })),
    })),
    plugins: config.plugins.map(({ directory, on }) => ({ name: directory.name, on, digest: directory.digest })),
  };
}

/** Why no request could be served, or undefined while one account or plain forward can be used. */
export function unusable(config: LoadedConfig): string | undefined {
  if (config.routes.some((route) => route.url !== undefined)) return undefined;
  const accounts = config.providers.flatMap(({ name, enabled, accounts: own }) =>
    own.map((account) => ({ name: `${name}/${account.name}`, reason: enabled ? account.disabled : 'disabled' })),
  );
  if (accounts.some((account) => account.reason === undefined)) return undefined;
  const reasons = accounts.map(({ name, reason }) => `${name}: ${reason}`);
  return reasons.length === 0 ? 'no account is configured' : `no account is usable (${reasons.join('; ')})`;
}
