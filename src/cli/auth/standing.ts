// How each account stands: by its file, and where a gateway runs by what that says, which may have refreshed it in memory.
import { relative } from 'node:path';
import type { CredentialStatus } from '../../accounts/credential-status.ts';
import { whyNotRefreshed } from '../../accounts/keep/why-not-refreshed.ts';
import type { CredentialSource, LoadedAccount, LoadedProvider } from '../../config/loaded.ts';
import type { AccountFigures } from '../../control/stats/accounts.ts';
import type { Place } from './place.ts';

/**
 * `due`: its token is over, and a refresh gives the next. `expired`: over, and only a new login helps. `broken`: of no use for
 * `reason`. `off`: not asked, for `reason`. `unasked`: a key, of which nobody knows before it is used.
 */
export type AccountState = 'valid' | 'due' | 'expired' | 'broken' | 'off' | 'unasked';

export interface AccountStanding {
  readonly provider: string;
  readonly account: string;
  /** Name of the provider's directory. */
  readonly use: string;
  readonly kind: 'oauth' | 'service-account' | 'api-key' | 'signed' | 'none';
  readonly state: AccountState;
  readonly reason: string | undefined;
  /** `email`, `accountId`, `plan`, `project`, `location`. */
  readonly names: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
  /** Absolute; undefined where the configuration holds the credential. */
  readonly file: string | undefined;
  /** In a file that holds a list. */
  readonly index: number | undefined;
  /** Of the running gateway. */
  readonly refresh: CredentialStatus['refresh'] | undefined;
  /** Where the running gateway keeps new tokens. */
  readonly kept: CredentialStatus['kept'] | undefined;
  /** Whether the running gateway said it. */
  readonly live: boolean;
}

/** What is of no use any more, or cannot be read: exit code 3. */
export function isBad({ state }: AccountStanding): boolean {
  return state === 'expired' || state === 'broken';
}

export function standingsOf(
  place: Place,
  figures: readonly AccountFigures[] | undefined,
  now: number,
): AccountStanding[] {
  const sources = new Map(place.sources.map((source) => [`${source.provider}/${source.account}`, source]));
  const live = new Map(figures?.map((each) => [`${each.provider}/${each.name}`, each]));
  const own = place.config.providers.flatMap((provider) =>
    provider.accounts.filter(hasCredential).map((account) => {
      const key = `${provider.name}/${account.name}`;
      const known = { source: sources.get(key), told: live.get(key)?.credential, file: place.files.get(key) };
      return standingOf(provider, account, known, now);
    }),
  );
  return [...own, ...leftOut(place)];
}

/** Requests may go without one where the vendor wants none. */
export function hasCredential(account: LoadedAccount): boolean {
  return kindOf(account) !== 'none' || account.disabled !== undefined;
}

interface Known {
  readonly source: CredentialSource | undefined;
  readonly told: CredentialStatus | undefined;
  /** As the configuration names it. */
  readonly file: string | undefined;
}

function standingOf(provider: LoadedProvider, account: LoadedAccount, known: Known, now: number): AccountStanding {
  const { source, told } = known;
  const file = source?.origin?.file ?? known.file;
  const judged = source === undefined ? ofConfiguration(account, file) : judge(source, told, now);
  return {
    provider: provider.name,
    account: account.name,
    use: provider.directory.name,
    kind: kindOf(account),
    names: account.credential?.names ?? source?.names ?? {},
    expiresAt: told?.expiresAt ?? source?.tokens.expiresAt,
    file,
    index: source?.origin?.index,
    refresh: told?.refresh,
    kept: told?.kept,
    live: told !== undefined,
    ...judged,
  };
}

function kindOf({ credential, apiKey, accessKey }: LoadedAccount): AccountStanding['kind'] {
  if (credential !== undefined) return credential.kind;
  if (accessKey !== undefined) return 'signed';
  return apiKey === undefined ? 'none' : 'api-key';
}

type Judged = Pick<AccountStanding, 'state' | 'reason'>;

/** Of an account that is disabled, or has nothing that changes. */
function ofConfiguration({ disabled }: LoadedAccount, file: string | undefined): Judged {
  if (disabled === undefined) return { state: 'unasked', reason: undefined };
  const broken = file !== undefined && !disabled.startsWith('switched off');
  return { state: broken ? 'broken' : 'off', reason: disabled };
}

function judge(source: CredentialSource, told: CredentialStatus | undefined, now: number): Judged {
  if (told?.broken === true) return { state: 'broken', reason: told.reason };
  const { accessToken, refreshToken } = source.tokens;
  const why = whyNotRefreshed(source, refreshToken);
  const expiresAt = told?.expiresAt ?? source.tokens.expiresAt;
  const here = told !== undefined || accessToken !== undefined;
  if (here && (expiresAt === undefined || expiresAt > now)) return { state: 'valid', reason: told?.reason ?? why };
  if (why !== undefined) return { state: 'expired', reason: why };
  return { state: 'due', reason: told?.reason };
}

/** Files of the directory that became no account. */
function leftOut({ result: { accountsHome: home = '', accountsLeftOut = [] } }: Place): AccountStanding[] {
  return accountsLeftOut.map(({ file, reason }) => ({
    provider: '-',
    account: relative(home, file),
    use: '-',
    kind: 'none',
    state: 'broken',
    reason,
    names: {},
    expiresAt: undefined,
    file,
    index: undefined,
    refresh: undefined,
    kept: undefined,
    live: false,
  }));
}
