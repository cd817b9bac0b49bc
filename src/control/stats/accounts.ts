// How every account of the configuration does: what is put aside until when and why, how busy and how fast it is, what is
// left of its limits. Never a credential.
import type { CredentialStatus } from '../../accounts/credential-status.ts';
import type { LoadedAccount, LoadedConfig, LoadedProvider } from '../../config/loaded.ts';
import type { CoolingCause, Standing } from '../../core/index.ts';
import type { AsideEntry } from '../../ledger/health/change.ts';
import type { HealthFigures } from '../../ledger/health/figures.ts';
import type { Who } from '../../ledger/health/identity.ts';
import type { LimitFigures } from './limits.ts';

/** Why and until when something is put aside. */
export interface AsideFigures {
  /** `cooling`: until then nobody asks it. `trial`: its time is over, the next request tries. `tried`: one does now. */
  readonly state: 'cooling' | 'trial' | 'tried';
  readonly cause: CoolingCause;
  readonly status: number | undefined;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  /** How often in a row. */
  readonly level: number;
  /** What the upstream said. */
  readonly message: string | undefined;
}

export interface ModelAside extends AsideFigures {
  /** As the upstream knows it; undefined for requests without a model. */
  readonly model: string | undefined;
}

export interface AccountFigures {
  readonly provider: string;
  readonly name: string;
  readonly state: Standing['state'] | 'disabled';
  /** Why it is disabled. */
  readonly disabled: string | undefined;
  readonly priority: number;
  readonly weight: number;
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  readonly note: string | undefined;
  /** Of the whole account. */
  readonly aside: AsideFigures | undefined;
  /** Models for which it is put aside. */
  readonly models: readonly ModelAside[];
  readonly inFlight: number;
  /** Attempts since the start. */
  readonly used: number;
  /** Moving average. */
  readonly firstByteMs: number | undefined;
  readonly limits: readonly LimitFigures[];
  /** Of a token set or a service account: until when its token is good, and why it could not be refreshed. */
  readonly credential?: CredentialStatus | undefined;
}

/** What of the shared memory is needed. */
export interface HealthReader {
  figures(who: Who): HealthFigures;
}

export interface AccountSources {
  readonly config: LoadedConfig;
  readonly health: HealthReader;
  /** What is put aside, by name. */
  readonly entries: readonly AsideEntry[];
  readonly limits: readonly LimitFigures[];
  readonly credentials?: readonly CredentialStatus[] | undefined;
}

/** In the order of the file. */
export function readAccounts({
  config,
  health,
  entries,
  limits,
  credentials = [],
}: AccountSources): readonly AccountFigures[] {
  const entriesOf = Map.groupBy(entries, ({ provider, account }) => `${provider}/${account}`);
  const tokensOf = new Map(credentials.map((each) => [`${each.provider}/${each.account}`, each]));
  const limitsOf = Map.groupBy(limits, ({ subject }) => subject);
  return config.providers.flatMap((provider) =>
    provider.accounts.map((account) => {
      const name = `${provider.name}/${account.name}`;
      const own = limitsOf.get(`account:${name}`) ?? [];
      const figures = figuresOf(provider, account, health, entriesOf.get(name) ?? [], own);
      const credential = tokensOf.get(name);
      return credential === undefined ? figures : { ...figures, credential };
    }),
  );
}

function figuresOf(
  provider: LoadedProvider,
  account: LoadedAccount,
  health: HealthReader,
  entries: readonly AsideEntry[],
  limits: readonly LimitFigures[],
): AccountFigures {
  const { name, priority, weight, tags, groups, note, fingerprint } = account;
  const disabled = provider.enabled ? account.disabled : 'the provider is disabled';
  const who = { provider: provider.name, account: name, credential: fingerprint };
  const whole = health.figures({ ...who, model: undefined });
  const told = entries.find(({ aside }) => aside.scope === 'account');
  const models = entries.flatMap(({ aside, model, message }) => {
    if (aside.scope === 'account') return [];
    const found = asideOf(health.figures({ ...who, model: model ?? '' }), message);
    return found === undefined ? [] : [{ model, ...found }];
  });
  return {
    provider: provider.name,
    name,
    state: disabled === undefined ? whole.state : 'disabled',
    disabled,
    priority,
    weight,
    tags,
    groups,
    note,
    aside: asideOf(whole, told?.message),
    models: models.sort((a, b) => (a.model ?? '').localeCompare(b.model ?? '')),
    inFlight: whole.inFlight,
    used: whole.used,
    firstByteMs: whole.firstByteMs,
    limits,
  };
}

function asideOf({ state, aside }: HealthFigures, message: string | undefined): AsideFigures | undefined {
  if (aside === undefined || state === 'usable') return undefined;
  const { cause, status, since, until, level } = aside;
  return { state, cause, status, since, until, level, message };
}
