// What can be said of a served configuration: the parts of `/status` that stand in it, and why it could serve nobody.
import type { CredentialStatus } from '../accounts/credential-status.ts';
import type { LoadedConfig, LoadedProvider } from '../config/loaded.ts';
import type { DiscoveryStatus, Status } from '../control/plane.ts';

/** What is known of it beside the configuration. */
export interface Known {
  discovered(provider: string): DiscoveryStatus | undefined;
  readonly credentials: readonly CredentialStatus[];
}

const nothing: Known = { discovered: () => undefined, credentials: [] };

export function describeConfig(
  config: LoadedConfig,
  { discovered, credentials }: Known = nothing,
): Pick<Status, 'listeners' | 'providers' | 'plugins'> {
  const credentialOf = new Map(credentials.map((each) => [`${each.provider}/${each.account}`, each]));
  return {
    listeners: config.listeners.map(({ name, host, port, tls }) => ({ name, host, port, tls: tls !== undefined })),
    providers: config.providers.map(({ name, directory, enabled, accounts }) => ({
      name,
      use: directory.name,
      enabled,
      discovery: discovered(name),
      accounts: accounts.map((account) => ({
        ...standingOf(enabled, account, credentialOf.get(`${name}/${account.name}`)),
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

/** Enabled providers of which no account can be used, with the reasons: others may still answer. */
export function impaired(
  { providers }: LoadedConfig,
  credentials: readonly CredentialStatus[] = [],
): readonly string[] {
  const lacking = new Map(credentials.map((each) => [`${each.provider}/${each.account}`, lackOf(each)]));
  return providers.flatMap(({ name, enabled, accounts }) => {
    const reasons = accounts.flatMap((account) => {
      const reason = account.disabled ?? lacking.get(`${name}/${account.name}`);
      return reason === undefined ? [] : [`${account.name}: ${reason}`];
    });
    if (!enabled || accounts.length === 0 || reasons.length < accounts.length) return [];
    return [`no account of ${name} is usable (${reasons.slice(0, mostReasons).join('; ')}${more(reasons.length)})`];
  });
}

function standingOf(
  enabled: boolean,
  { name, disabled }: LoadedProvider['accounts'][number],
  credential: CredentialStatus | undefined,
) {
  const reason = enabled ? (disabled ?? (credential && lackOf(credential))) : 'the provider is disabled';
  return { name, usable: reason === undefined, reason, credential };
}

/** Why there is nothing to send while the vendor gives nothing new. It comes back by itself. */
function lackOf({ over, broken, reason, refresh }: CredentialStatus): string | undefined {
  // What is broken is disabled, in a moment.
  if (over !== true || broken || refresh.failures === 0) return undefined;
  return `it has no valid token: ${reason ?? 'it cannot be refreshed'}`;
}

/** A list of thousands is told as well by some. */
const mostReasons = 10;

function more(count: number): string {
  return count > mostReasons ? `; and ${count - mostReasons} more` : '';
}
