// The control API's view of the control thread.
import { dirname, resolve } from 'node:path';
import type { Refreshed } from '../accounts/credential-status.ts';
import { isAuthenticated } from '../config/authenticated.ts';
import { diff } from '../config/diff/diff.ts';
import type { HistoryEntry } from '../config/history/history.ts';
import type { Document, Issue, LoadedControl } from '../config/loaded.ts';
import type { Edit } from '../config/read/edits.ts';
import type { Logins } from '../control/logins/logins.ts';
import type {
  AccountName,
  ControlPlane,
  LogAccess,
  Plan,
  PortStatus,
  ProviderModels,
  ReloadResult,
  Rollback,
  Stats,
  Status,
} from '../control/plane.ts';
import { Refusal } from '../control/refuse.ts';
import type { AccountFigures } from '../control/stats/accounts.ts';
import { nearestEnd, readLimits } from '../control/stats/limits.ts';
import type { Explained, Question } from '../gateway/explain/explanation.ts';
import type { ProbeResult, ProbeWish } from '../gateway/probe/probed.ts';
import { cleaned } from './ask/cleaned.ts';
import type { Answer, Asked } from './ask/question.ts';
import type { ControlThread } from './control-thread.ts';
import { describeConfig, impaired, unusable } from './describe.ts';
import { accountFigures, accountStates, resetAccounts } from './health/accounts.ts';
import { refreshAccount } from './health/refresh-account.ts';
import { boundCallbacks } from './ports/callbacks.ts';
import { lookAtPorts, portsOf } from './ports/look.ts';
import { rollback } from './reload/rollback.ts';

/** Limits that are looked at for `stats`, and those of them that are told. */
const mostLimits = 10_000;
const mostTold = 20;
const explainLimitMs = 10_000;

export class ControlPlaneOf implements ControlPlane {
  readonly #control: ControlThread;

  constructor(control: ControlThread) {
    this.#control = control;
  }

  status(): Status {
    const {
      options,
      served,
      startedAt,
      draining,
      listener,
      threads,
      store,
      logging,
      last,
      historyError,
      discovery,
      credentials,
    } = this.#control;
    const unready = this.unready();
    return {
      version: options.version,
      pid: process.pid,
      startedAt,
      uptimeMs: options.clock.now() - startedAt,
      revision: served.config.revision,
      file: options.file,
      draining,
      ready: unready.length === 0,
      unready,
      config: { state: this.#configState(), last, historyError },
      threads: threads.status(),
      ...describeConfig(served.config, {
        discovered: (provider) => discovery.status(provider),
        credentials: credentials.status(),
      }),
      control: listener.address ?? served.config.control,
      degraded: served.degraded,
      store: store.status(),
      logging: logging.status(),
    };
  }

  unready(): readonly string[] {
    const { reloader, draining, threads } = this.#control;
    if (draining) return ['the gateway is shutting down'];
    if (reloader.served === undefined) return ['no configuration is served yet'];
    const serving = threads.status().some((thread) => thread.state === 'serving');
    const reasons = [serving ? undefined : 'no data thread is serving', unusable(reloader.served.config)];
    return reasons.filter((reason) => reason !== undefined);
  }

  authenticated(): boolean {
    const { served } = this.#control.reloader;
    return served !== undefined && isAuthenticated(served.config);
  }

  impaired(): readonly string[] {
    const { reloader, credentials } = this.#control;
    const { served } = reloader;
    // Where nobody can be used at all, that is said already.
    if (served === undefined || unusable(served.config) !== undefined) return [];
    return impaired(served.config, credentials.status());
  }

  settings(): LoadedControl | undefined {
    return this.#control.reloader.served?.config.control;
  }

  tokens(): readonly string[] {
    const configured = this.settings()?.token;
    return configured === undefined ? [this.#control.state.token] : [configured, this.#control.state.token];
  }

  reload(): Promise<ReloadResult> {
    return this.#control.reloader.retry();
  }

  async plan(files: Readonly<Record<string, string | null>>): Promise<Plan> {
    const { served, options } = this.#control;
    const edits = Object.entries(files).map(([path, text]) => {
      return { path: path === '' ? options.file : resolve(dirname(options.file), path), text: text ?? undefined };
    });
    const { config, issues, documents } = await this.#control.load(undefined, edits);
    const valid = config !== undefined;
    return {
      valid,
      revision: config?.revision,
      changes: valid ? diff(served.loaded.documents, documents) : [],
      issues: [...issues, ...edits.filter((edit) => isUnread(edit, documents)).map(unread)],
    };
  }

  rollback(revision: string): Promise<Rollback> {
    const { history, reloader, options, state, logging } = this.#control;
    return rollback(revision, {
      history,
      reloader,
      file: options.file,
      rejectedDirectory: `${state.directory}/rejected`,
      readOnly: this.#control.served.config.control.config === 'read-only',
      load: (documents) => this.#control.load(documents),
      clean: (dirty) => logging.redactor.clean(dirty),
    });
  }

  async explain(question: Question): Promise<Explained> {
    const answer = await this.#ask({ what: 'explain', question }, explainLimitMs);
    return answer.what === 'explain' ? answer.explained : { wrong: 'The answer was another.' };
  }

  async probe(wish: ProbeWish): Promise<ProbeResult> {
    const answer = await this.#ask({ what: 'probe', wish }, wish.timeout + explainLimitMs);
    return answer.what === 'probe' ? answer.result : { wrong: 'The answer was another.' };
  }

  async ports(): Promise<readonly PortStatus[]> {
    const { served, lastLoaded, listener, logins } = this.#control;
    const control = listener.address ?? served.config.control;
    const bound = portsOf({ ...served.config, control: { ...served.config.control, ...control } }).map((port) => {
      return { ...port, state: 'bound', process: { pid: process.pid, name: 'portico' } } as const;
    });
    const wanted = lastLoaded?.config === undefined ? [] : portsOf(lastLoaded.config);
    const others = await lookAtPorts(wanted, bound);
    const callbacks = boundCallbacks(logins.list(), served.loaded.logins ?? []);
    return [...bound, ...callbacks, ...others.filter(({ state }) => state !== 'bound')];
  }

  models(provider: string): ProviderModels | undefined {
    const { served, discovery } = this.#control;
    const found = served.config.providers.find(({ name }) => name === provider);
    if (found === undefined) return undefined;
    const models = Object.entries(found.models.ids).map(([name, id]) => ({ name, id }));
    return { provider, any: found.models.any, models, discovery: discovery.status(provider) ?? null };
  }

  async refreshModels(provider: string): Promise<ProviderModels | undefined> {
    await this.#control.discovery.refresh(provider);
    // A list that is new is served by a reload; what was asked for is then in it.
    await this.#control.reloader.request();
    return this.models(provider);
  }

  history(): Promise<readonly HistoryEntry[]> {
    return this.#control.history.list();
  }

  accounts(): Promise<readonly AccountFigures[]> {
    return accountFigures(this.#accountParts());
  }

  /** As `accounts`, without their limits; none before the first configuration is served. */
  accountStates(): readonly AccountFigures[] {
    return this.#control.reloader.served === undefined ? [] : accountStates(this.#accountParts());
  }

  resetAccounts(name?: AccountName): number | undefined {
    return resetAccounts(this.#accountParts(), name);
  }

  refreshAccount(name: Omit<AccountName, 'model'>): Promise<Refreshed> {
    const { served, credentials, logging } = this.#control;
    return refreshAccount(name, { config: served.config, credentials, clean: (text) => logging.redactor.clean(text) });
  }

  async stats(): Promise<Stats> {
    const { options, served, startedAt, draining, threads, ledger, telemetry } = this.#control;
    const limits = await readLimits(served.config, ledger, mostLimits);
    return {
      version: options.version,
      revision: served.config.revision,
      uptimeMs: options.clock.now() - startedAt,
      draining,
      inFlight: ledger.inFlight(),
      threads: threads.status(),
      limits: nearestEnd(limits, mostTold),
      ...telemetry.recent.read(),
    };
  }

  logs(): LogAccess {
    const { logging, options, startedAt } = this.#control;
    return { tail: logging.tail, run: `${startedAt.toString(36)}.${process.pid}`, clock: options.clock };
  }

  logins(): Logins {
    return this.#control.logins;
  }

  async metrics(): Promise<{ type: string; text: string }> {
    const { registry } = this.#control.telemetry.metrics;
    return { type: registry.contentType, text: await registry.metrics() };
  }

  /** What a data thread answers, without secrets. */
  async #ask(asked: Asked, limitMs: number): Promise<Answer> {
    const { threads, logging } = this.#control;
    const answer = await threads.ask(asked, limitMs);
    if (answer === undefined) throw new Refusal(503, 'not-ready', 'No data thread answers at the moment. Try again.');
    const clean = cleaned(answer, (dirty) => logging.redactor.clean(dirty));
    if (clean.what === 'failed') throw new Error(clean.message);
    return clean;
  }

  #accountParts() {
    const { served, ledger, health, credentials } = this.#control;
    return { config: served.config, ledger, keeper: health, credentials };
  }

  #configState(): Status['config']['state'] {
    const { fromHistory, last } = this.#control;
    if (fromHistory) return 'last-good';
    return last?.outcome === 'rejected' ? 'rejected' : 'current';
  }
}

function isUnread({ path, text }: Edit, documents: readonly Document[]): boolean {
  return text !== undefined && documents.every((document) => document.path !== path);
}

function unread({ path }: Edit): Issue {
  const message = 'no `include` names this file; it would not be read';
  return { severity: 'warning', file: path, line: 1, column: 1, path: '', message };
}
