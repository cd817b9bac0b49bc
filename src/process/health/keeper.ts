// Which accounts are put aside, by name: the shared memory knows them by hashes only. Data threads tell of changes; what
// stands is written to the store within a second and put back at the next start, tells the log, and answers who asks.
import type { LoadedConfig } from '../../config/loaded.ts';
import type { Clock, Level } from '../../core/index.ts';
import type { AsideEntry, HealthChange } from '../../ledger/health/change.ts';
import type { SharedHealth } from '../../ledger/health/health.ts';
import { idOf } from '../../ledger/health/identity.ts';
import type { AsideRows } from '../../store/aside-rows.ts';
import { type StoreError, storeError } from '../../store/trouble.ts';
import { Announcer } from './announcer.ts';

const everyMs = 1_000;
/** What nobody has asked for so long after its time is forgotten: it would be tried again as if nothing had been. */
const forgetAfterMs = 3_600_000;
const mostEntries = 20_000;
const mostLength = 300;

export interface HealthKeeperOptions {
  readonly clock: Clock;
  /** The shared memory. */
  readonly health: Pick<SharedHealth, 'restore' | 'isAside'>;
  /** Takes secrets out of what upstreams say. */
  clean(text: string): string;
  say(level: Level, message: string): void;
}

export class HealthKeeper {
  readonly #options: HealthKeeperOptions;
  readonly #announcer: Announcer;
  readonly #entries = new Map<string, AsideEntry>();
  /** What the store does not know yet. */
  #waiting = new Map<string, AsideEntry | undefined>();
  #rows: Pick<AsideRows, 'write'> | undefined;
  #running: Promise<void> = Promise.resolve();
  #scheduled = false;
  #error: StoreError | undefined;

  constructor(options: HealthKeeperOptions) {
    this.#options = options;
    this.#announcer = new Announcer(options.clock, options.say);
  }

  /** The store is there, with what was put aside in the last life. */
  begin(rows: Pick<AsideRows, 'write'>, entries: readonly AsideEntry[]): void {
    this.#rows = rows;
    for (const entry of entries) this.#entries.set(entry.id, entry);
    this.#options.health.restore(entries);
    if (this.#waiting.size > 0) this.#schedule();
    const now = this.#options.clock.now();
    const still = entries.filter(({ aside }) => aside.until > now).length;
    if (still > 0)
      this.#options.say('info', `${still} accounts or models are put aside still, from before the restart`);
  }

  /** Reads from the store begin here, epoch milliseconds. */
  static since(now: number): number {
    return now - forgetAfterMs;
  }

  /** What the configuration does not name any more, or names with another credential, is forgotten. */
  configure({ providers }: LoadedConfig): void {
    const fingerprints = new Map(
      providers.flatMap(({ name, accounts }) =>
        accounts.map((account) => [`${name}/${account.name}`, account.fingerprint] as const),
      ),
    );
    for (const entry of this.#entries.values()) {
      const { provider, account } = entry;
      const credential = fingerprints.get(`${provider}/${account}`);
      const same = credential !== undefined && idOf({ provider, account, credential }) === entry.accountId;
      if (!same) this.#set(entry.id, undefined);
    }
  }

  take(changes: readonly HealthChange[]): void {
    for (const change of changes) this.#take(change);
  }

  /** What was taken back by hand: of all accounts, of one, or of one for one model. */
  forget(provider?: string, account?: string, model?: string): void {
    for (const entry of this.#entries.values()) {
      if (provider !== undefined && (entry.provider !== provider || entry.account !== account)) continue;
      if (model === undefined || entry.model === model) this.#set(entry.id, undefined);
    }
  }

  /** What is put aside, or was and has not been tried yet. */
  entries(): readonly AsideEntry[] {
    return [...this.#entries.values()];
  }

  /** Writes a last time. */
  async close(): Promise<void> {
    await this.#running;
    await this.#write();
  }

  #take({ trial: _, scope: __, longer: ___, aside, ...named }: HealthChange): void {
    // Told of out of order, or after a reset by hand: what holds is what the memory says.
    if (this.#options.health.isAside(named.id) !== (aside !== undefined)) return;
    const message = named.message === undefined ? undefined : oneLine(this.#options.clean(named.message));
    const model = named.model === undefined ? undefined : oneLine(named.model);
    const before = this.#entries.get(named.id);
    if (aside !== undefined && before !== undefined && aside.since < before.aside.since) return;
    this.#set(named.id, aside === undefined ? undefined : { ...named, model, aside, message });
    if (aside === undefined || aside.since !== before?.aside.since)
      this.#announcer.tell({ ...named, model, aside, message });
  }

  #set(id: string, entry: AsideEntry | undefined): void {
    this.#entries.delete(id);
    if (entry !== undefined) this.#entries.set(id, entry);
    this.#waiting.set(id, entry);
    if (this.#entries.size > mostEntries) this.#dropOne();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#rows === undefined) return;
    this.#scheduled = true;
    this.#options.clock.after(everyMs, () => {
      this.#scheduled = false;
      this.#running = this.#running.then(() => this.#write());
    });
  }

  async #write(): Promise<void> {
    if (this.#rows === undefined || this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    const pruneAt = HealthKeeper.since(this.#options.clock.now());
    for (const [id, { aside }] of this.#entries) if (aside.until < pruneAt) this.#entries.delete(id);
    try {
      await this.#rows.write(waiting, pruneAt);
      this.#told(undefined);
    } catch (thrown) {
      // Newer news goes over what could not be written.
      this.#waiting = new Map([...waiting, ...this.#waiting]);
      this.#told(storeError(thrown));
      this.#schedule();
    }
  }

  /** The one that was put aside first. */
  #dropOne(): void {
    const [id] = this.#entries.keys();
    if (id === undefined) return;
    this.#entries.delete(id);
    this.#waiting.set(id, undefined);
  }

  #told(error: StoreError | undefined): void {
    if (error?.message === this.#error?.message) return;
    this.#error = error;
    if (error === undefined) return this.#options.say('info', 'which accounts are put aside can be saved again');
    const waiting = 'Nothing is lost unless the gateway is restarted.';
    const message = `which accounts are put aside cannot be saved: the database ${error.message}.`;
    this.#options.say('error', `${message} ${error.remedy} ${waiting}`);
  }
}

/** Clients choose names of models, and upstreams what they say: neither may fill the log, or write lines of its own into it. */
function oneLine(text: string): string {
  const line = text.slice(0, 2 * mostLength).replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ');
  return line.length > mostLength ? `${line.slice(0, mostLength)}…` : line;
}
