// Accounts whose credential is of no use any more, laid over a configuration as it was read: they are disabled, with the
// reason, and the configuration is another one than before.
import { createHash } from 'node:crypto';
import type { LoadResult } from '../../config/loaded.ts';

/** `reasons` by `provider/account`. */
export function withBroken(loaded: LoadResult, reasons: ReadonlyMap<string, string>): LoadResult {
  const { config } = loaded;
  if (config === undefined || reasons.size === 0) return loaded;
  const laid: string[] = [];
  const providers = config.providers.map((provider) => ({
    ...provider,
    accounts: provider.accounts.map((account) => {
      const key = `${provider.name}/${account.name}`;
      const reason = reasons.get(key);
      if (reason === undefined || account.disabled !== undefined || account.credential === undefined) return account;
      laid.push(`${key} ${reason}`);
      return { ...account, disabled: reason };
    }),
  }));
  if (laid.length === 0) return loaded;
  const digest = createHash('sha256').update(config.digest).update(laid.join('\n')).digest('hex');
  return { ...loaded, config: { ...config, providers, digest } };
}
