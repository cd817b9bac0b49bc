// New tokens for an account, asked for by hand: what the control API answers with.
import type { Refreshed } from '../../accounts/credential-status.ts';
import type { CredentialKeeper } from '../../accounts/keeper.ts';
import { MintError } from '../../accounts/minted.ts';
import type { LoadedConfig } from '../../config/loaded.ts';
import type { AccountName } from '../../control/plane.ts';
import { Refusal } from '../../control/refuse.ts';

export interface RefreshParts {
  readonly config: LoadedConfig;
  readonly credentials: CredentialKeeper;
  /** Takes secrets out of a text. */
  clean(text: string): string;
}

/** Throws Refusal: 404, 409 where nothing but a person can help, 502 where the vendor may do better next time. */
export async function refreshAccount(
  { provider, account }: Omit<AccountName, 'model'>,
  { config, credentials, clean }: RefreshParts,
): Promise<Refreshed> {
  const name = `${provider}/${account}`;
  const done = await credentials.refreshNow(provider, account);
  if (done !== undefined && !(done instanceof MintError)) return done;
  if (done !== undefined) {
    const why = `${name} was not refreshed: ${clean(done.message)}`;
    throw new Refusal(done.final ? 409 : 502, done.final ? 'cannot-refresh' : 'refresh-failed', why);
  }
  const found = config.providers.find((each) => each.name === provider)?.accounts.find((each) => each.name === account);
  if (found === undefined) throw new Refusal(404, 'unknown-account', `There is no account ${name}.`);
  const why = found.disabled ?? 'its credential is none that ends';
  throw new Refusal(409, 'cannot-refresh', `${name} cannot be refreshed: ${why}.`);
}
