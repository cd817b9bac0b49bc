// The control thread's parts and how they hang together. Nothing here is on the way of a request.
import { availableParallelism } from 'node:os';
import type { CredentialKeeper } from '../accounts/keeper.ts';
import { History } from '../config/history/history.ts';
import { load } from '../config/load.ts';
import type { Document, LoadedConfig, LoadResult } from '../config/loaded.ts';
import type { Edit } from '../config/read/edits.ts';
import { watchConfiguration } from '../config/watch.ts';
import { controlApp } from '../control/app.ts';
import { ControlListener } from '../control/listener.ts';
import type { LoginRegistry } from '../control/logins/registry.ts';
import type { ReloadResult } from '../control/plane.ts';
import { createMemory, SharedLedger, threadSlots } from '../ledger/memory.ts';
import { AccountRoll } from './account-roll.ts';
import { announceKey, Listening } from './announce.ts';
import { boot, explain } from './boot.ts';
import type { Batch } from './channel.ts';
import { keepCredentials } from './credentials.ts';
import { discoverFor } from './discovery/discover-for.ts';
import type { Discovery } from './discovery/discovery.ts';
import { failureOf, messageOf } from './failure-of.ts';
import { HealthKeeper } from './health/keeper.ts';
import { Logging } from './logging.ts';
import { loginsFor } from './logins.ts';
import { ControlPlaneOf } from './plane.ts';
import type { Probes } from './probes/probes.ts';
import { probesFor } from './probes/probes-for.ts';
import { Ports } from './reload/ports.ts';
import { Rehearsal } from './reload/rehearsal.ts';
import { Reloader, type Served } from './reload/reload.ts';
import type { ServeOptions } from './serve.ts';
import type { State } from './state/open.ts';
import { removeRun, writeRun } from './state/run.ts';
import { answerWish } from './store/answer-wish.ts';
import { StoreKeeper } from './store/keeper.ts';
import type { Telemetry } from './telemetry.ts';
import { telemetryOf } from './telemetry-of.ts';
import { tellReload } from './tell-reload.ts';
import { Threads } from './threads/threads.ts';

const prepareLimitMs = 30_000;
const rehearsalLimitMs = 5_000;
/** Systems where several sockets may share a port and the kernel spreads connections over them. */
const sharesPorts = new Set<string>(['linux', 'freebsd']);

export class ControlThread {
  readonly options: ServeOptions;
  readonly state: State;
  readonly startedAt: number;
  readonly logging: Logging;
  readonly ledger: SharedLedger;
  readonly health: HealthKeeper;
  readonly store: StoreKeeper;
  readonly discovery: Discovery;
  readonly threads: Threads;
  readonly listener: ControlListener;
  readonly reloader: Reloader;
  readonly credentials: CredentialKeeper;
  readonly probes: Probes;
  readonly logins: LoginRegistry;
  readonly telemetry: Telemetry;
  readonly plane: ControlPlaneOf;
  history: History;
  historyError: string | undefined;
  /** The newest look at the disk. */
  last: ReloadResult | undefined;
  /** What was read last, taken or not. */
  lastLoaded: LoadResult | undefined;
  /** Whether what is served was taken from history because the file was bad at the start. */
  fromHistory = false;
  readonly #ports = new Ports();
  readonly #reusePort = sharesPorts.has(process.platform);
  #watcher: Awaited<ReturnType<typeof watchConfiguration>> | undefined;
  #stopped: Promise<void> | undefined;
  readonly #listening = new Listening();
  readonly #accounts = new AccountRoll();

  constructor(options: ServeOptions, state: State) {
    const { clock } = options;
    this.options = options;
    this.state = state;
    this.startedAt = clock.now();
    this.history = new History(state.directory, 20);
    this.logging = new Logging({ clock, stdout: options.stdout });
    this.logging.redactor.keep('state', [state.token]);
    const memory = createMemory();
    // The control thread starts no calls: it borrows the last slot to look at the others.
    this.ledger = new SharedLedger(memory, threadSlots - 1, clock);
    this.health = new HealthKeeper({
      clock,
      health: this.ledger.health,
      clean: (text) => this.logging.redactor.clean(text),
      say: (level, message) => this.logging.say(level, 'accounts', message),
    });
    this.store = new StoreKeeper({
      health: this.health,
      clock,
      stateDirectory: state.directory,
      counts: this.ledger,
      say: (level, message) => this.logging.say(level, 'store', message),
    });
    this.threads = this.#makeThreads(memory);
    this.plane = new ControlPlaneOf(this);
    this.listener = new ControlListener(
      controlApp(this.plane, (error) => this.logging.say('error', 'control', messageOf(error)), {
        clock,
        say: (message) => this.logging.say('warn', 'control', message),
      }),
    );
    this.reloader = this.#makeReloader();
    this.discovery = discoverFor(this);
    this.credentials = keepCredentials(this);
    this.probes = probesFor(this);
    this.logins = loginsFor(this);
    this.telemetry = telemetryOf(this);
  }

  /** Resolves when requests are served. Throws StartError. */
  async start(): Promise<void> {
    const { reloader, history, options } = this;
    await this.discovery.open();
    const refused = await boot({ reloader, history, file: options.file });
    if (refused !== undefined) {
      this.fromHistory = true;
      const { revision } = this.served.config;
      const message = `the file was not taken; serving revision ${revision}, the last that was good\n${explain(refused)}`;
      this.logging.say('error', 'config', message);
    }
    const directories = this.#directoriesToWatch(this.served.loaded);
    this.#watcher = await watchConfiguration({ directories, onChange: () => void reloader.request() });
    // What changed between the first look and the first watch.
    void reloader.request();
  }

  get served(): Served {
    const served = this.reloader.served;
    if (served === undefined) throw new Error('no configuration is served yet');
    return served;
  }

  get draining(): boolean {
    return this.ledger.draining();
  }

  /** `edits` are laid over what is on disk. */
  async load(documents?: readonly Document[], edits?: readonly Edit[]): Promise<LoadResult> {
    const { file, env, overrides, builtin } = this.options;
    const loaded = await load({
      file,
      env,
      builtin,
      found: this.discovery.found(),
      ...(overrides === undefined ? {} : { overrides }),
      ...(documents === undefined ? {} : { documents }),
      ...(edits === undefined ? {} : { edits }),
    });
    return this.credentials.mark(loaded);
  }

  /** Not ready any more, no new connections; resolves when the running calls are done or out of time. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends at once whatever runs. */
  async kill(): Promise<void> {
    await this.threads.terminate();
    await this.stop();
  }

  async #stop(): Promise<void> {
    this.ledger.setDraining(true);
    // Who signs in at this moment is kept first.
    await this.logins.close();
    this.probes.close();
    await this.#watcher?.close();
    this.discovery.close();
    await this.reloader.close();
    const drain = this.reloader.served?.config.control.drain ?? 0;
    const calls = this.ledger.inFlight();
    if (this.reloader.served !== undefined) {
      this.logging.say('info', 'process', 'stopping', { callsInFlight: calls, drainMs: drain });
    }
    await this.threads.drain(this.options.clock.now() + drain);
    // Calls that went on till now may have needed a token.
    await this.credentials.close();
    await this.store.close();
    await this.listener.close();
    await removeRun(this.state.directory);
    await this.logging.close();
    this.state.lock.release();
  }

  #makeThreads(memory: SharedArrayBuffer): Threads {
    return new Threads({
      memory,
      ledger: this.ledger,
      reusePort: this.#reusePort,
      clock: this.options.clock,
      limitMs: prepareLimitMs,
      ...(this.options.threadEntry === undefined ? {} : { entry: this.options.threadEntry }),
      onBatch: (batch) => this.#take(batch),
      onResponse: (response) => this.store.responses?.keep(response),
      onWish: (wish) => answerWish(this.store.responses, wish),
      onRefused: ({ provider, account, used }) => this.credentials.refresh(provider, account, used),
      credentials: () => this.credentials.all(),
      onDeath: ({ thread, cause, lost, restartMs }) => {
        this.telemetry.metrics.threadRestarted();
        this.logging.say('error', 'threads', `data thread ${thread} died: ${cause}`, { callsLost: lost, restartMs });
      },
      onTrouble: (problems) => {
        for (const { where, message } of problems) this.logging.say('error', 'threads', `${where}: ${message}`);
      },
    });
  }

  #makeReloader(): Reloader {
    const { clock, stdout } = this.options;
    return new Reloader({
      clock,
      stateDirectory: this.state.directory,
      ports: this.#ports,
      rehearsal: new Rehearsal({ clock, limitMs: this.options.rehearsalLimitMs ?? rehearsalLimitMs }),
      threads: this.threads,
      listener: this.listener,
      store: this.store,
      load: (documents) => this.load(documents),
      countThreads: (config) => this.#countThreads(config),
      onFirstKey: (secret) => stdout(announceKey(secret)),
      onLoaded: (loaded) => {
        this.lastLoaded = loaded;
        this.logging.redactor.keep('loaded', loaded.secrets);
        this.credentials.take(loaded.credentials ?? []);
        this.#watcher?.update(this.#directoriesToWatch(loaded));
      },
      onCommitted: (served) => this.#committed(served),
      onResult: (result) => this.#told(result),
    });
  }

  #countThreads({ threads }: LoadedConfig): number {
    if (!this.#reusePort) return 1;
    return threads === 'auto' ? availableParallelism() : threads;
  }

  /** Those of the served configuration too: a bad file may not name them. */
  #directoriesToWatch(loaded: LoadResult): readonly string[] {
    return [...new Set([...loaded.watch, ...(this.reloader.served?.loaded.watch ?? [])])];
  }

  #take(batch: Batch): void {
    this.telemetry.take(batch);
    this.health.take(batch.health);
    this.logging.write(...batch.lines);
  }

  async #committed({ config, loaded }: Served): Promise<void> {
    this.fromHistory = false;
    this.credentials.retain(loaded.credentials ?? []);
    const { token } = config.control;
    this.logging.redactor.keep('served', token === undefined ? loaded.secrets : [...loaded.secrets, token]);
    this.logging.configure(config.logging);
    this.telemetry.configure(config);
    this.discovery.configure(config);
    this.probes.configure(config);
    this.health.configure(config);
    this.#accounts.tell(config.providers, (message) => this.logging.say('info', 'accounts', message));
    this.history = new History(this.state.directory, config.control.history);
    this.historyError = await failureOf(
      this.history.commit(config.revision, loaded.documents, this.options.clock.now()),
    );
    if (this.historyError !== undefined) {
      this.logging.say('error', 'config', `the revision is served but could not be kept: ${this.historyError}`);
    }
    const control = this.listener.address;
    if (control === undefined) return;
    const failure = await failureOf(writeRun(this.state.directory, { pid: process.pid, control }));
    if (failure !== undefined) this.logging.say('error', 'process', `run.json could not be written: ${failure}`);
  }

  #told(result: ReloadResult): void {
    const before = this.last;
    this.last = result;
    if (result.outcome !== 'rejected') this.fromHistory &&= result.outcome !== 'unchanged';
    this.telemetry.metrics.reloaded(result);
    // At the start there is no service yet: who starts it tells what is wrong.
    if (this.reloader.served === undefined) return;
    tellReload(this.logging, result, before);
    if (result.outcome !== 'committed') return;
    this.#listening.tell(this.served.config.listeners, this.listener.address, (message) =>
      this.logging.say('info', 'process', message),
    );
  }
}
