// Asks accounts on the schedules of their providers whether they work: one at a time per provider, each after a random
// moment, so that neither an upstream nor several gateways are asked for everything at once.
import type { LoadedConfig, LoadedProbe, LoadedProvider } from '../../config/loaded.ts';
import type { Clock, Target } from '../../core/index.ts';
import type { ProbeWish } from '../../gateway/probe/probed.ts';
import type { SharedHealth } from '../../ledger/health/health.ts';
import type { Schedule, Stop } from './schedule.ts';

/** Before each account. */
const mostWaitMs = 1_000;

export interface ProbesOptions {
  readonly clock: Clock;
  readonly health: Pick<SharedHealth, 'of'>;
  readonly schedule: Schedule;
  /** Below 1. */
  random(): number;
  /** Resolves when the account has been asked; never rejects. */
  ask(wish: ProbeWish): Promise<unknown>;
}

interface Running {
  /** What it was scheduled by: the same goes on. */
  readonly id: string;
  readonly stop: Stop;
  provider: LoadedProvider;
  busy: boolean;
}

export class Probes {
  readonly #options: ProbesOptions;
  readonly #running = new Map<string, Running>();
  #closed = false;

  constructor(options: ProbesOptions) {
    this.#options = options;
  }

  configure({ providers }: LoadedConfig): void {
    const wanted = new Map(
      providers.flatMap((provider) =>
        provider.enabled && provider.probe !== undefined ? [[provider.name, provider] as const] : [],
      ),
    );
    for (const [name, { id, stop }] of this.#running) {
      if (idOf(wanted.get(name)?.probe) === id) continue;
      stop();
      this.#running.delete(name);
    }
    for (const [name, provider] of wanted) {
      const running = this.#running.get(name);
      if (running !== undefined) running.provider = provider;
      else if (provider.probe !== undefined) this.#begin(provider, provider.probe);
    }
  }

  close(): void {
    this.#closed = true;
    for (const { stop } of this.#running.values()) stop();
    this.#running.clear();
  }

  #begin(provider: LoadedProvider, probe: LoadedProbe): void {
    const stop = this.#options.schedule(probe, () => void this.#round(provider.name));
    this.#running.set(provider.name, { id: idOf(probe), stop, provider, busy: false });
  }

  /** A round that is still on is not joined by another. */
  async #round(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined || running.busy) return;
    running.busy = true;
    try {
      for (const { name: account } of running.provider.accounts) {
        await this.#wait();
        if (this.#closed || this.#running.get(name) !== running) return;
        const wish = this.#wishFor(running.provider, account);
        if (wish !== undefined) await this.#options.ask(wish);
      }
    } finally {
      running.busy = false;
    }
  }

  /** Looked up when it is its turn: the configuration may be another, and the account may work again. */
  #wishFor({ name: provider, accounts, probe }: LoadedProvider, account: string): ProbeWish | undefined {
    const found = accounts.find(({ name, disabled }) => name === account && disabled === undefined);
    if (found === undefined || probe === undefined) return undefined;
    const { priority, weight, fingerprint } = found;
    const { model, timeout } = probe;
    const target: Target = { provider, account, model, priority, weight, credential: fingerprint };
    if (probe.only === 'cooling' && this.#options.health.of([target]).state(0) === 'usable') return undefined;
    return { provider, account, model, timeout };
  }

  #wait(): Promise<void> {
    const { clock, random } = this.#options;
    return new Promise((resolve) => void clock.after(Math.floor(random() * mostWaitMs), resolve));
  }
}

function idOf(probe: LoadedProbe | undefined): string {
  return probe === undefined ? '' : JSON.stringify([probe.schedule, probe.timezone]);
}
