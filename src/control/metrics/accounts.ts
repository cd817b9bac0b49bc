// How accounts do, in numbers: in which state each is now, how often each was put aside and why, and how trials ended.
import type { LoadedConfig } from '../../config/loaded.ts';
import type { HealthChange } from '../../ledger/health/change.ts';
import type { AccountFigures } from '../stats/accounts.ts';
import type { Instruments } from './instruments.ts';
import { Names, other } from './labels.ts';

/** Accounts that get series of their own. */
const mostAccounts = 1_000;

export class AccountMetrics {
  /** `provider/account`. */
  readonly #names = new Names(mostAccounts);
  readonly #coolings: ReturnType<Instruments['counter']>;
  readonly #trials: ReturnType<Instruments['counter']>;

  constructor(make: Instruments, accounts: () => readonly AccountFigures[], evictions: () => number) {
    make.total(
      'account_evictions_total',
      'Accounts and models that had to make room while nobody used them.',
      evictions,
    );
    this.#coolings = make.counter('account_coolings_total', 'How often an account was put aside.', [
      'provider',
      'account',
      'cause',
    ]);
    this.#trials = make.counter('account_trials_total', 'Requests that tried what was put aside.', [
      'provider',
      'account',
      'result',
    ]);
    make.read('account_state', 'The state an account is in.', ['provider', 'account', 'state'], () =>
      accounts()
        .slice(0, mostAccounts)
        .map(({ provider, name, state }) => ({ labels: { provider, account: name, state }, value: 1 })),
    );
    make.read('account_models_aside', 'Models an account is put aside for.', ['provider', 'account'], () =>
      accounts()
        .slice(0, mostAccounts)
        .map(({ provider, name, models }) => ({ labels: { provider, account: name }, value: models.length })),
    );
  }

  configure({ providers }: LoadedConfig): void {
    this.#names.allow(providers.flatMap(({ name, accounts }) => accounts.map((each) => `${name}/${each.name}`)));
  }

  changed({ provider, account, aside, trial, longer }: HealthChange): void {
    const known = this.#names.label(`${provider}/${account}`) !== other;
    const labels = known ? { provider, account } : { provider: other, account: other };
    if (aside !== undefined && longer !== true) this.#coolings.inc({ ...labels, cause: aside.cause });
    if (trial) this.#trials.inc({ ...labels, result: aside === undefined ? 'passed' : 'failed' });
  }
}
