// The data plane of one thread: compiles configurations into snapshots, swaps them at a commit, serves requests on the
// current one, and lets the old one go when its last call is done.
import type { IncomingMessage, ServerResponse } from 'node:http';
import Koa, { type Context } from 'koa';
import compose from 'koa-compose';
import type { LoadedConfig } from '../config/loaded.ts';
import { type Clock, GatewayError } from '../core/index.ts';
import type { SharedLedger } from '../ledger/memory.ts';
import type { GatewayCall } from './call/call.ts';
import { Calls } from './calls.ts';
import { compile, PrepareError } from './compile/compile.ts';
import { makeLog } from './compile/host.ts';
import { Keep } from './compile/keep.ts';
import type { Credentials } from './credentials.ts';
import { type Binding, type ConnectionLimits, type Fresh, Listeners } from './door/listeners.ts';
import type { Explained, Question } from './explain/explanation.ts';
import type { Degraded, Outbox } from './outbox.ts';
import { pipeline, upgradePipeline } from './pipeline.ts';
import type { ProbeResult, ProbeWish } from './probe/probed.ts';
import type { KeptResponses } from './responses/kept.ts';
import { MemoryResponses } from './responses/memory.ts';
import { Snapshot } from './snapshot.ts';
import type { Arrival } from './steps/begin.ts';
import type { ClientSocket } from './upgrade/client-socket.ts';
import { Sessions } from './upgrade/session/sessions.ts';

export interface GatewayOptions {
  readonly thread: number;
  readonly ledger: SharedLedger;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** Whether several threads bind the same port. */
  readonly reusePort: boolean;
  /** How patient connections are; usually not said. */
  readonly limits?: Partial<ConnectionLimits>;
  /** Keeps answers for later requests; without one they are kept in this process's memory. */
  readonly responses?: KeptResponses;
  /** Tokens of accounts that have no API key; without it they have none. */
  readonly credentials?: Credentials;
  /** No call uses this generation any more; its resources are gone. */
  onRetired(generation: number): void;
}

interface Prepared {
  readonly snapshot: Snapshot;
  readonly fresh: Fresh;
}

export class Gateway {
  readonly options: GatewayOptions;
  current: Snapshot | undefined;
  readonly #app = new Koa();
  readonly #walk = compose(pipeline);
  readonly #walkUpgrade = compose(upgradePipeline);
  readonly #keep = new Keep();
  readonly #listeners: Listeners;
  readonly #prepared = new Map<number, Prepared>();
  readonly #calls = new Calls();
  readonly #responses: KeptResponses;
  readonly sessions: Sessions;
  #whenEmpty: (() => void) | undefined;

  constructor(options: GatewayOptions) {
    this.options = options;
    const maxBytes = () => this.current?.parts.config.store.responses.maxBytes ?? 0;
    this.#responses = options.responses ?? new MemoryResponses(options.clock, maxBytes);
    this.sessions = new Sessions(options.clock, (binding, req, res) => this.#serve(binding, req, res, undefined));
    // Koa tells of every connection that breaks, and an 'error' nobody listens to would end the process. The call's own
    // steps say what became of it.
    this.#app.on('error', () => undefined);
    this.#listeners = new Listeners(
      (binding, req, res, upgrade) => this.#serve(binding, req, res, upgrade),
      options.reusePort,
      options.limits,
    );
  }

  /** Compiles a configuration and opens its new listeners; nothing is served from it yet. Throws PrepareError. */
  async prepare(generation: number, config: LoadedConfig): Promise<{ degraded: readonly Degraded[] }> {
    const abort = new AbortController();
    const holder = {};
    const retired = (snapshot: Snapshot) => this.#retired(snapshot, holder);
    try {
      const parts = await compile({
        generation,
        config,
        previous: this.current?.parts.code ?? new Map(),
        keep: this.#keep,
        holder,
        signal: abort.signal,
        gateway: this.options,
        responses: this.#responses,
      });
      const fresh = await this.#listeners.prepare(config);
      this.#prepared.set(generation, { snapshot: new Snapshot(parts, abort, retired), fresh });
      return { degraded: parts.degraded };
    } catch (error) {
      abort.abort();
      this.#keep.release(holder);
      if (error instanceof PrepareError) throw error;
      const where = `data thread ${this.options.thread}`;
      throw new PrepareError([{ where, message: error instanceof Error ? error.message : String(error) }]);
    }
  }

  commit(generation: number): void {
    const prepared = this.#prepared.get(generation);
    if (prepared === undefined) throw new Error(`generation ${generation} was not prepared`);
    this.#prepared.delete(generation);
    const before = this.current;
    this.current = prepared.snapshot;
    this.#listeners.commit(prepared.snapshot.parts.config, prepared.fresh);
    this.sessions.sweep();
    before?.retire();
  }

  /** Throws a prepared snapshot away. */
  async abandon(generation: number): Promise<void> {
    const prepared = this.#prepared.get(generation);
    if (prepared === undefined) return;
    this.#prepared.delete(generation);
    await this.#listeners.abandon(prepared.fresh);
    prepared.snapshot.retire();
  }

  /** Stops accepting, waits for running calls until `deadline` (epoch ms), then fails those that are left. */
  async drain(deadline: number): Promise<void> {
    const { clock } = this.options;
    this.#listeners.closeAll();
    this.sessions.leave();
    const alarm = clock.after(Math.max(0, deadline - clock.now()), () => {
      for (const call of this.#calls.all()) call.abandon(new GatewayError('draining'));
    });
    await this.#empty();
    alarm.cancel();
    await this.sessions.closed();
    this.current?.retire();
    this.current = undefined;
    await this.#listeners.end();
  }

  /** What would become of a request: nobody is called, nothing is counted. */
  async explain(question: Question): Promise<Explained> {
    const { explain } = await import('./explain/explain.ts');
    return explain(this, question);
  }

  /** Asks one account the cheapest thing there is. */
  async probe(wish: ProbeWish): Promise<ProbeResult> {
    const { probe } = await import('./probe/probe.ts');
    return probe(this, wish);
  }

  /** Client connections that are open. */
  connections(): number {
    return this.#listeners.connections();
  }

  /** Ports that are bound, in the order of the configuration's listeners. */
  ports(): readonly number[] {
    return this.#listeners.ports();
  }

  began(call: GatewayCall): void {
    call.snapshot.pin();
    this.#calls.add(call);
    this.options.ledger.callStarted();
  }

  ended(call: GatewayCall): void {
    this.options.ledger.callEnded();
    this.#calls.delete(call);
    call.snapshot.unpin();
    if (this.#calls.size === 0) this.#whenEmpty?.();
  }

  #empty(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  #serve(binding: Binding, req: IncomingMessage, res: ServerResponse, upgrade: ClientSocket | undefined): void {
    const ctx = this.#app.createContext(req, res) as Context & { arrival: Arrival };
    ctx.arrival = { gateway: this, binding, upgrade };
    // As Koa's handleRequest does it, less its watch over the connection: the call has one of its own.
    res.statusCode = 404;
    (upgrade === undefined ? this.#walk : this.#walkUpgrade)(ctx).then(
      () => ctx.respond === false || this.#respondByKoa(ctx),
      (thrown) => ctx.onerror(thrown),
    );
  }

  /** A plugin answered with ctx.body: Koa knows best how to send that. */
  #respondByKoa(ctx: Context): void {
    const { statusCode } = ctx.res;
    // Koa's types hide this method; its own callback() calls it the same way.
    const app = this.#app as unknown as { handleRequest(ctx: Context, walk: () => Promise<void>): Promise<void> };
    void app.handleRequest(ctx, async () => {
      ctx.res.statusCode = statusCode;
    });
  }

  #retired(snapshot: Snapshot, holder: object): void {
    const { clock, outbox, onRetired } = this.options;
    for (const error of this.#keep.release(holder)) {
      makeLog('gateway', clock, outbox).warn('something kept could not be disposed of', { error: String(error) });
    }
    onRetired(snapshot.parts.generation);
  }
}
