// The numbers of the gateway, in the control thread: data threads send records and counts, requests never wait for them.
// docs/metrics.md lists every one; a test holds the two together.
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { CredentialStatus } from '../accounts/credential-status.ts';
import type { RefreshOutcome } from '../accounts/keep/kept-options.ts';
import type { LoadedConfig } from '../config/loaded.ts';
import type { CallRecord } from '../core/index.ts';
import { isProbe } from '../gateway/probe/is-probe.ts';
import type { HealthChange } from '../ledger/health/change.ts';
import { AccountMetrics } from './metrics/accounts.ts';
import { CredentialMetrics } from './metrics/credentials.ts';
import { Instruments, plain } from './metrics/instruments.ts';
import { RequestMetrics } from './metrics/requests.ts';
import type { ProviderStatus, ReloadResult, StoreStatus } from './plane.ts';
import type { AccountFigures } from './stats/accounts.ts';
import type { LimitFigures } from './stats/limits.ts';

export interface MetricsOptions {
  readonly version: string;
  threads(): readonly ThreadFigures[];
  providers(): readonly ProviderStatus[];
  /** Log outputs that cannot be written. */
  failingOutputs(): number;
  store(): StoreStatus | undefined;
  /** Where the first `most` limits of the configuration stand. */
  limits(most: number): Promise<readonly LimitFigures[]>;
  /** Every account, without its limits. */
  accounts(): readonly AccountFigures[];
  /** Every credential that ends. */
  credentials(): readonly CredentialStatus[];
  /** Accounts and models that had to make room for others, since the start. */
  accountEvictions(): number;
  /** Counts of limits that had to make room, since the start. */
  evictions(): number;
}

/** One data thread as it is now. */
export interface ThreadFigures {
  readonly thread: number;
  readonly state: string;
  readonly inFlight: number;
  readonly pulse: Pulse | undefined;
}

/** How a data thread was in the last second, as it says itself. */
export interface Pulse {
  /** Milliseconds its event loop ran late: the 99th percentile, and the worst. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  /** Share of the time its event loop was busy, 0 to 1. */
  readonly utilization: number;
  /** Client connections that are open. */
  readonly connections: number;
  /** Bytes in use on its JavaScript heap. */
  readonly heapUsed: number;
}

/** Limits that are told of. */
const mostLimits = 1_000;
/** Accounts of one provider that are told of. */
const mostAccounts = 1_000;
const reloadSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export class Metrics {
  readonly registry = new Registry();
  readonly #make = new Instruments(this.registry);
  readonly #requests = new RequestMetrics(this.#make);
  readonly #reloads = this.#make.counter('config_reloads_total', 'Looks at a changed configuration.', ['result']);
  readonly #reloadDuration = this.#make.histogram(
    'config_reload_duration_seconds',
    'From reading a changed configuration to serving or refusing it.',
    ['result'],
    reloadSeconds,
  );
  readonly #accounts: AccountMetrics;
  readonly #restarts = this.#make.counter('thread_restarts_total', 'Data threads that died and were replaced.');
  readonly #credentials: CredentialMetrics;
  readonly #probes = this.#make.counter('account_probes_total', 'Health probes of accounts.', ['provider', 'result']);
  readonly #lastReload = this.#make.gauge(
    'config_last_reload_success',
    'Whether the configuration on disk is the one served.',
  );
  readonly #lastCommit = this.#make.gauge(
    'config_last_commit_timestamp_seconds',
    'When the configuration that is served began to be.',
  );
  readonly #config = this.#make.gauge('config_info', 'The revision that is served.', ['revision']);

  constructor(options: MetricsOptions) {
    collectDefaultMetrics({ register: this.registry });
    const make = this.#make;
    make.gauge('build_info', 'The version that runs.', ['version']).set({ version: options.version }, 1);
    make.read('data_threads', 'Data threads that serve.', [], () =>
      plain(options.threads().filter(({ state }) => state === 'serving').length),
    );
    make.read('log_outputs_failing', 'Log outputs that cannot be written.', [], () => plain(options.failingOutputs()));
    make.read('account_usable', 'Whether an account is usable.', ['provider', 'account'], () =>
      options.providers().flatMap(({ name, accounts }) =>
        accounts.slice(0, mostAccounts).map((account) => ({
          labels: { provider: name, account: account.name },
          value: account.usable ? 1 : 0,
        })),
      ),
    );
    this.#accounts = new AccountMetrics(make, options.accounts, options.accountEvictions);
    this.#credentials = new CredentialMetrics(make, options.credentials);
    this.#readThreads(options);
    this.#readStore(options);
    this.#readLimits(options);
    this.#restarts.inc(0);
  }

  /** From now on these names may be labels. */
  configure(config: LoadedConfig): void {
    this.#requests.configure(config);
    this.#accounts.configure(config);
  }

  record(record: CallRecord): void {
    this.#requests.record(record);
    if (isProbe(record)) this.#probed(record);
  }

  credentialRefreshed(provider: string, result: RefreshOutcome): void {
    this.#credentials.refreshed(provider, result);
  }

  #probed({ attempts, outcome }: CallRecord): void {
    const provider = attempts[0]?.provider;
    if (provider !== undefined) this.#probes.inc({ provider, result: outcome === 'ok' ? 'answered' : 'failed' });
  }

  accountChanged(change: HealthChange): void {
    this.#accounts.changed(change);
  }

  reloaded({ outcome, ms, time, revision }: ReloadResult): void {
    this.#reloads.inc({ result: outcome });
    this.#reloadDuration.observe({ result: outcome }, ms / 1000);
    this.#lastReload.set(outcome === 'rejected' ? 0 : 1);
    if (outcome !== 'committed') return;
    this.#lastCommit.set(time / 1000);
    this.#config.reset();
    this.#config.set({ revision }, 1);
  }

  threadRestarted(): void {
    this.#restarts.inc();
  }

  #readLimits({ limits, evictions }: MetricsOptions): void {
    // Both gauges are asked in one scrape: they are told of one reading.
    let reading: Promise<readonly LimitFigures[]> | undefined;
    const read = () => {
      reading ??= limits(mostLimits).finally(() => {
        reading = undefined;
      });
      return reading;
    };
    const each = (name: string, help: string, figureOf: (figures: LimitFigures) => number) =>
      this.#make.read(name, help, ['subject', 'kind', 'window'], async () =>
        (await read()).map((figures) => {
          const { subject, kind, window } = figures;
          const value = figureOf(figures);
          return { labels: { subject, kind, window }, value: kind === 'cost' ? value / 1e6 : value };
        }),
      );
    this.#make.total(
      'limit_evictions_total',
      'Counts of limits that had to make room for others while they still counted.',
      evictions,
    );
    each('limit_used', 'How much of a limit is used, reservations included.', ({ used }) => used);
    each('limit_amount', 'How much a limit allows.', ({ amount }) => amount);
  }

  #readStore({ store }: MetricsOptions): void {
    this.#make.read('store_failing', 'Whether counts of limits cannot be saved to the store.', [], () =>
      plain(store()?.error === undefined ? 0 : 1),
    );
    this.#make.read('store_saved_timestamp_seconds', 'When all counts of limits had last been saved.', [], () =>
      plain((store()?.savedAt ?? 0) / 1000),
    );
  }

  #readThreads({ threads }: MetricsOptions): void {
    const each = (name: string, help: string, figureOf: (figures: ThreadFigures) => number | undefined) =>
      this.#make.read(name, help, ['thread'], () =>
        threads().flatMap((figures) => {
          const value = figureOf(figures);
          return value === undefined ? [] : [{ labels: { thread: String(figures.thread) }, value }];
        }),
      );
    each('requests_in_flight', 'Requests being answered.', ({ inFlight }) => inFlight);
    each('connections', 'Client connections that are open.', ({ pulse }) => pulse?.connections);
    each('heap_used_bytes', 'JavaScript heap of a data thread in use.', ({ pulse }) => pulse?.heapUsed);
    each(
      'event_loop_lag_p99_seconds',
      'How late the event loop of a data thread ran in the last second, 99th percentile.',
      ({ pulse }) => (pulse === undefined ? undefined : pulse.lagP99Ms / 1000),
    );
    each(
      'event_loop_lag_max_seconds',
      'How late the event loop of a data thread ran in the last second, at worst.',
      ({ pulse }) => (pulse === undefined ? undefined : pulse.lagMaxMs / 1000),
    );
    each(
      'event_loop_utilization_ratio',
      'Share of the last second in which the event loop of a data thread was busy.',
      ({ pulse }) => pulse?.utilization,
    );
  }
}
