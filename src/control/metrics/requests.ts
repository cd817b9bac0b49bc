// What records of requests are counted into.
import type { LoadedConfig } from '../../config/loaded.ts';
import type { AttemptRecord, CallRecord, Usage } from '../../core/index.ts';
import { probeRoute } from '../../gateway/probe/is-probe.ts';
import type { Instruments } from './instruments.ts';
import { errorLabel, Names, other, resultLabel, statusLabel } from './labels.ts';

/** Names of one kind that get series of their own. */
const mostNames = 1_000;

export class RequestMetrics {
  readonly #listeners = new Names(mostNames);
  readonly #routes = new Names(mostNames);
  readonly #providers = new Names(mostNames);
  /** `provider/account`. */
  readonly #accounts = new Names(mostNames);
  readonly #keys = new Names(mostNames);
  readonly #instruments: ReturnType<typeof instrumentsOf>;

  constructor(instruments: Instruments) {
    this.#instruments = instrumentsOf(instruments);
  }

  /** The names that may become labels. A plain forward is its own provider. */
  configure({ listeners, routes, providers, keys }: LoadedConfig): void {
    const forwards = routes.flatMap(({ name, url }) => (url === undefined ? [] : [{ name, host: new URL(url).host }]));
    // Probes come in nowhere and go by a route of their own.
    this.#listeners.allow(['', ...listeners.map(({ name }) => name)]);
    this.#routes.allow([probeRoute, ...routes.map(({ name }) => name)]);
    this.#providers.allow([...providers, ...forwards].map(({ name }) => name));
    const accounts = providers.flatMap(({ name, accounts: own }) => own.map((account) => `${name}/${account.name}`));
    this.#accounts.allow([...accounts, ...forwards.map(({ name, host }) => `${name}/${host}`)]);
    this.#keys.allow(keys.map(({ name }) => name));
  }

  record(record: CallRecord): void {
    const { requests, errors, duration, firstByte, received, sent } = this.#instruments;
    const { dialect, operation, outcome } = record;
    const route = this.#routes.label(record.route);
    const listener = this.#listeners.label(record.listener);
    requests.inc({ listener, route, dialect, operation, status: statusLabel(record.status), outcome });
    if (record.error !== undefined) errors.inc({ route, code: errorLabel(record.error) });
    const labels = { route, operation, stream: String(record.stream) };
    duration.observe(labels, record.ms / 1000);
    if (record.firstByteMs !== undefined) firstByte.observe(labels, record.firstByteMs / 1000);
    received.inc({ route }, record.bytesIn);
    sent.inc({ route }, record.bytesOut);
    for (const attempt of record.attempts) this.#attempt(attempt);
    if (record.attempts.length > 1) this.#again(record, route);
    this.#used(record, route);
  }

  /** What followed the first request upstream: the same account again, another one, or one beside it (a hedge). */
  #again({ attempts, outcome }: CallRecord, route: string): void {
    const sent = attempts.filter((attempt) => attempt.sent).length;
    if (sent > 1) this.#instruments.again.inc({ route, outcome }, sent - 1);
  }

  #attempt(attempt: AttemptRecord): void {
    const { attempts, upstream } = this.#instruments;
    const provider = this.#providers.label(attempt.provider);
    const known = this.#accounts.label(`${attempt.provider}/${attempt.account}`) !== other;
    const result = resultLabel(attempt);
    attempts.inc({ provider, account: known ? attempt.account : other, result });
    if (attempt.sent) upstream.observe({ provider, result }, attempt.ms / 1000);
  }

  /** What it used and cost. Whoever answered last is who reported it. */
  #used(record: CallRecord, route: string): void {
    const { tokens, cost, unpriced, keyRequests, keyTokens, keyCost } = this.#instruments;
    const { usage, usageSource, costMicros, priceSource, attempts, key, outcome } = record;
    const name = key === undefined ? undefined : this.#keys.label(key);
    if (name !== undefined) keyRequests.inc({ key: name, outcome });
    const last = attempts.at(-1);
    if (last === undefined || usage === undefined) return;
    const provider = this.#providers.label(last.provider);
    for (const [kind, amount] of kindsOf(usage)) {
      if (amount <= 0) continue;
      tokens.inc({ route, provider, kind, source: usageSource }, amount);
      if (name !== undefined) keyTokens.inc({ key: name, kind }, amount);
    }
    if (priceSource === 'none') unpriced.inc({ route, provider });
    if (costMicros === undefined || costMicros <= 0) return;
    cost.inc({ route, provider }, costMicros / 1e6);
    if (name !== undefined) keyCost.inc({ key: name }, costMicros / 1e6);
  }
}

function kindsOf(usage: Usage): readonly (readonly [string, number])[] {
  const { input, output, cacheRead, cacheWrite, reasoning } = usage;
  return [
    ['input', input],
    ['output', output],
    ['cache_read', cacheRead],
    ['cache_write', cacheWrite],
    ['reasoning', reasoning],
  ];
}

function instrumentsOf(make: Instruments) {
  const asked = ['route', 'operation', 'stream'];
  return {
    requests: make.gathered('requests_total', 'Requests answered.', [
      'listener',
      'route',
      'dialect',
      'operation',
      'status',
      'outcome',
    ]),
    errors: make.gathered('errors_total', 'Answers that the gateway made or cut short, by its error code.', [
      'route',
      'code',
    ]),
    duration: make.histogram(
      'request_duration_seconds',
      'From the first byte of a request to the last of its answer.',
      asked,
    ),
    firstByte: make.histogram(
      'first_byte_seconds',
      'From the first byte of a request to the first of its answer.',
      asked,
    ),
    received: make.gathered('request_body_bytes_total', 'Bytes of request bodies, after decompression.', ['route']),
    sent: make.gathered('response_body_bytes_total', 'Bytes of answers sent to clients.', ['route']),
    tokens: make.gathered('tokens_total', 'Tokens used, as upstreams reported them or as estimated.', [
      'route',
      'provider',
      'kind',
      'source',
    ]),
    cost: make.gathered('cost_usd_total', 'Dollars that the tokens cost at the prices in force.', [
      'route',
      'provider',
    ]),
    unpriced: make.gathered('unpriced_requests_total', 'Requests that used tokens of a model without a price.', [
      'route',
      'provider',
    ]),
    attempts: make.gathered('upstream_attempts_total', 'Tries at an account of a provider.', [
      'provider',
      'account',
      'result',
    ]),
    again: make.gathered('upstream_further_attempts_total', 'Requests sent upstream after the first of a call.', [
      'route',
      'outcome',
    ]),
    upstream: make.histogram(
      'upstream_duration_seconds',
      'From sending a request upstream to the head of its answer, or to the failure.',
      ['provider', 'result'],
    ),
    keyRequests: make.gathered('key_requests_total', 'Requests by client key.', ['key', 'outcome']),
    keyTokens: make.gathered('key_tokens_total', 'Tokens used, by client key.', ['key', 'kind']),
    keyCost: make.gathered('key_cost_usd_total', 'Dollars that the tokens cost, by client key.', ['key']),
  };
}
