// Lists of models, asked of upstreams now and then. What changes becomes what the instance serves, by a reload of the same
// file; what fails leaves the last good list in use and says so.
import type { LoadedConfig, LoadedProvider } from '../../config/loaded.ts';
import type { DiscoveryStatus } from '../../control/plane.ts';
import type { Clock } from '../../core/index.ts';
import { type Credentials, heldBy } from '../../gateway/credentials.ts';
import { KeptLists } from './kept-lists.ts';
import { Subject } from './subject.ts';

export interface DiscoveryOptions {
  readonly clock: Clock;
  /** The state directory. */
  readonly directory: string;
  readonly credentials: Credentials;
  /** Milliseconds for one list. */
  readonly limitMs?: number;
  /** A number from 0 to 1; Math.random in service. */
  readonly chance?: () => number;
  /** Serves what has been found. */
  reload(): void;
  say(level: 'info' | 'warn', message: string): void;
}

const usualLimitMs = 30_000;
/** Accounts that are tried for one list: more will hardly know better. */
const mostAccounts = 3;

export class Discovery {
  readonly #options: DiscoveryOptions;
  readonly #kept: KeptLists;
  readonly #closed = new AbortController();
  #subjects = new Map<string, Subject>();

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#kept = new KeptLists(options.directory);
  }

  /** Reads what was found before the last stop. */
  async open(): Promise<void> {
    await this.#kept.open();
  }

  /** The list of each upstream, by `listKey`. */
  found(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#kept.lists].map(([key, { ids }]) => [key, ids]));
  }

  /** After each commit. Those that stay as they are keep their time. */
  configure(config: LoadedConfig): void {
    const before = this.#subjects;
    this.#subjects = new Map();
    for (const provider of config.providers) {
      if (!provider.enabled || provider.discovery === undefined) continue;
      const { key, every } = provider.discovery;
      const known = before.get(key);
      before.delete(key);
      const subject = known ?? this.#makeSubject(key);
      this.#subjects.set(key, subject);
      subject.schedule(provider.name, every, () => this.#ask(config, provider));
    }
    for (const gone of before.values()) gone.close();
    const keys = config.providers.flatMap(({ discovery }) => discovery?.key ?? []);
    this.#kept.forgetOthers(keys).catch((thrown: unknown) => this.#cannotKeep(thrown));
  }

  /** Undefined: no such provider, or its list is not asked for. */
  status(provider: string): DiscoveryStatus | undefined {
    return this.#named(provider)?.status();
  }

  /** Asks now, or waits for who asks already. */
  async refresh(provider: string): Promise<DiscoveryStatus | undefined> {
    const subject = this.#named(provider);
    await subject?.ask();
    return subject?.status();
  }

  close(): void {
    this.#closed.abort();
    for (const subject of this.#subjects.values()) subject.close();
  }

  #named(provider: string): Subject | undefined {
    return [...this.#subjects.values()].find(({ name }) => name === provider);
  }

  #makeSubject(key: string): Subject {
    const { clock, chance = Math.random, say } = this.#options;
    const kept = this.#kept.lists.get(key);
    return new Subject({ clock, chance, say, kept, found: (ids) => this.#take(key, ids) });
  }

  /** Tries one account after the other. Throws what the last of them met with. */
  async #ask(config: LoadedConfig, provider: LoadedProvider): Promise<readonly string[]> {
    const usable = provider.accounts.filter(({ disabled }) => disabled === undefined).slice(0, mostAccounts);
    let failure = new Error('no account is usable');
    // Read when it is needed: most gateways ask nobody.
    const { openEgress } = await import('../../upstream/egress/open-egress.ts');
    const { askModels } = await import('./ask-models.ts');
    for (const account of usable) {
      const { clock, credentials, limitMs = usualLimitMs } = this.#options;
      const url = config.egress.find(({ name }) => name === account.egress)?.url;
      await using dispatcher = openEgress(url, provider.timeouts.connect);
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(limitMs)]);
      const held = account.credential !== undefined ? heldBy(credentials, provider.name, account.name) : undefined;
      try {
        return await askModels({ provider, account, dispatcher, clock, held, signal });
      } catch (thrown) {
        failure = thrown instanceof Error ? thrown : new Error(String(thrown));
      }
    }
    throw failure;
  }

  /** Serves the list if it is another than before, and keeps it. */
  async #take(key: string, ids: readonly string[]): Promise<void> {
    const before = this.#kept.lists.get(key)?.ids;
    try {
      await this.#kept.keep(key, { time: this.#options.clock.now(), ids });
    } catch (thrown) {
      this.#cannotKeep(thrown);
    }
    if (before?.join('\n') !== ids.join('\n')) this.#options.reload();
  }

  #cannotKeep(thrown: unknown): void {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    this.#options.say('warn', `lists of models are in use but could not be kept for the next start: ${message}`);
  }
}
