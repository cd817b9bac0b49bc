// What the control API tells of accounts, and taking back by hand what was put aside.
import type { CredentialKeeper } from '../../accounts/keeper.ts';
import type { LoadedConfig } from '../../config/loaded.ts';
import type { AccountName } from '../../control/plane.ts';
import { type AccountFigures, readAccounts } from '../../control/stats/accounts.ts';
import { readLimits } from '../../control/stats/limits.ts';
import type { SharedLedger } from '../../ledger/memory.ts';
import type { HealthKeeper } from './keeper.ts';

/** Limits that are looked at. */
const mostLimits = 10_000;

export interface Parts {
  readonly config: LoadedConfig;
  readonly ledger: SharedLedger;
  readonly keeper: HealthKeeper;
  readonly credentials: CredentialKeeper;
}

export async function accountFigures({
  config,
  ledger,
  keeper,
  credentials,
}: Parts): Promise<readonly AccountFigures[]> {
  const limits = await readLimits({ ...config, keys: [], routes: [] }, ledger, mostLimits);
  return readAccounts({
    config,
    health: ledger.health,
    entries: keeper.entries(),
    limits,
    credentials: credentials.status(),
  });
}

export function accountStates({ config, ledger, keeper }: Parts): readonly AccountFigures[] {
  return readAccounts({ config, health: ledger.health, entries: keeper.entries(), limits: [] });
}

/** How many targets were taken back; undefined where no account has this name. */
export function resetAccounts({ config, ledger, keeper }: Parts, name: AccountName | undefined): number | undefined {
  if (name === undefined) {
    keeper.forget();
    return ledger.health.reset();
  }
  const { provider, account, model } = name;
  const found = config.providers.find((each) => each.name === provider)?.accounts.find((each) => each.name === account);
  if (found === undefined) return undefined;
  const taken = ledger.health.reset({ provider, account, model, credential: found.fingerprint });
  keeper.forget(provider, account, model);
  return taken;
}
