// The numbers of the gateway, in the control thread: data threads send records and counts, requests never wait for them.
// Labels come from the configuration or from short fixed lists, never from what a client may choose.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecord } from '../core/index.ts';
import type { ReloadResult } from './plane.ts';

export interface MetricsOptions {
  readonly version: string;
  inFlight(): number;
  threads(): number;
  /** Log outputs that cannot be written. */
  failingOutputs(): number;
}

/** Answers range from a cached model list to a long reasoning run. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export class Metrics {
  readonly registry = new Registry();
  readonly #requests = this.#counter('requests_total', 'Requests answered.', [
    'listener',
    'route',
    'dialect',
    'operation',
    'status',
    'outcome',
  ]);
  readonly #duration = this.#histogram(
    'request_duration_seconds',
    'From the first byte of a request to the last of its answer.',
  );
  readonly #firstByte = this.#histogram(
    'first_byte_seconds',
    'From the first byte of a request to the first of its answer.',
  );
  readonly #tokens = this.#counter('tokens_total', 'Tokens that upstreams reported.', ['route', 'provider', 'kind']);
  readonly #attempts = this.#counter('upstream_attempts_total', 'Requests sent upstream.', [
    'provider',
    'account',
    'result',
  ]);
  readonly #reloads = this.#counter('config_reloads_total', 'Looks at a changed configuration.', ['result']);
  readonly #restarts = this.#counter('thread_restarts_total', 'Data threads that died and were replaced.', []);
  readonly #lastReload = this.#gauge(
    'config_last_reload_success',
    'Whether the configuration on disk is the one served.',
    [],
  );
  readonly #config = this.#gauge('config_info', 'The revision that is served.', ['revision']);

  constructor(options: MetricsOptions) {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge('build_info', 'The version that runs.', ['version']).set({ version: options.version }, 1);
    this.#read('requests_in_flight', 'Requests being answered.', options.inFlight);
    this.#read('data_threads', 'Data threads that serve.', options.threads);
    this.#read('log_outputs_failing', 'Log outputs that cannot be written.', options.failingOutputs);
    this.#restarts.inc(0);
  }

  record(record: CallRecord): void {
    const { listener, route, dialect, operation, outcome } = record;
    this.#requests.inc({ listener, route, dialect, operation, status: String(record.status), outcome });
    const labels = { route, operation, stream: String(record.stream) };
    this.#duration.observe(labels, record.ms / 1000);
    if (record.firstByteMs !== undefined) this.#firstByte.observe(labels, record.firstByteMs / 1000);
    for (const { provider, account, failure } of record.attempts) {
      this.#attempts.inc({ provider, account, result: failure?.replace(/ .*/, '') ?? 'ok' });
    }
    this.#countTokens(record);
  }

  reloaded(result: ReloadResult): void {
    this.#reloads.inc({ result: result.outcome });
    this.#lastReload.set(result.outcome === 'rejected' ? 0 : 1);
    if (result.outcome !== 'committed') return;
    this.#config.reset();
    this.#config.set({ revision: result.revision }, 1);
  }

  threadRestarted(): void {
    this.#restarts.inc();
  }

  #countTokens({ route, usage, attempts }: CallRecord): void {
    const provider = attempts.at(-1)?.provider;
    if (usage === undefined || provider === undefined) return;
    const kinds = {
      input: usage.input,
      output: usage.output,
      cache_read: usage.cacheRead,
      cache_write: usage.cacheWrite,
      reasoning: usage.reasoning,
    };
    for (const [kind, amount] of Object.entries(kinds))
      if (amount > 0) this.#tokens.inc({ route, provider, kind }, amount);
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `portico_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name: `portico_${name}`, help, labelNames, registers: [this.registry] });
  }

  #read(name: string, help: string, value: () => number): void {
    new Gauge({
      name: `portico_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(value());
      },
    });
  }

  #histogram(name: string, help: string): Histogram {
    const labelNames = ['route', 'operation', 'stream'];
    return new Histogram({ name: `portico_${name}`, help, labelNames, buckets: seconds, registers: [this.registry] });
  }
}
