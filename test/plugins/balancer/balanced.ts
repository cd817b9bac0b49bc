// A gateway whose balancer is under test: one loopback upstream per account, and the order in which they were asked.
import { type Clock, systemClock } from '../../../src/core/index.ts';
import { account, pluginEntry, TestGateway, type Wanted } from '../../support/gateway.ts';
import { type Answer, json, Upstream } from '../../support/upstream.ts';

export const chat = '/v1/chat/completions';
export const body = { model: 'model-a', messages: [{ role: 'user', content: 'hello' }] };
export const oops = json({ error: { message: 'oops' } }, 500);

type Account = Parameters<typeof account>[2];
type Provider = Partial<NonNullable<Wanted['providers']>[number]>;

export interface Balanced extends AsyncDisposable {
  readonly portico: TestGateway;
  /** A chat with a provider's model. */
  ask(provider?: string): Promise<Response>;
  /** Names of the accounts that a provider was asked with since the last time, in order. */
  asked(provider?: string): string;
  answers(name: string, answer: Answer): void;
  upstream(name: string): Upstream;
}

export interface Setup {
  /** By the account's name; it answers its name where nothing else is said. */
  readonly accounts: Record<string, Account & { readonly provider?: string; readonly url?: string }>;
  /** Providers that all have these accounts, for tests that are told apart by them alone. */
  readonly cases?: readonly string[];
  readonly settings?: Record<string, unknown>;
  /** By name, or those of all cases. */
  readonly providers?: Record<string, Provider>;
  readonly wanted?: Partial<Wanted>;
  readonly clock?: Clock;
}

/** Settings as a test of retries wants them: at once. */
export const once = { same: 1, backoff: 0, maxBackoff: 1000, budget: { share: 0.2, least: 3 } };

export async function balanced(setup: Setup): Promise<Balanced> {
  const { accounts, settings, providers = {}, cases = ['up'], wanted, clock = systemClock } = setup;
  const upstreams = new Map<string, Upstream>();
  const answers = new Map<string, Answer>();
  const order = new Map<string, string>();
  for (const name of Object.keys(accounts)) {
    const upstream = await Upstream.start((res, seen) => {
      const provider = seen.path.split('/')[1] ?? '';
      order.set(provider, (order.get(provider) ?? '') + name);
      return (answers.get(name) ?? json({ from: name }))(res, seen);
    });
    upstreams.set(name, upstream);
  }
  const listed = cases.flatMap((usual) => {
    const of = Map.groupBy(Object.entries(accounts), ([, { provider = usual }]) => provider);
    return [...of].map(([provider, list]) => {
      const made = list.map(([name, { provider: _, url, ...more }]) =>
        account(name, `${url ?? upstreams.get(name)?.url}/${provider}`, more),
      );
      return { name: provider, url: made[0]?.baseUrl ?? '', accounts: made, ...providers[provider] };
    });
  });
  const balancer = pluginEntry('balancer', { strategy: 'fill-first', ...settings });
  const plugins = [pluginEntry('auth', { query: true }), pluginEntry('translator'), balancer];
  const portico = await TestGateway.start({ plugins, providers: listed, ...wanted }, clock);
  return {
    portico,
    ask: (provider) => portico.post(chat, provider === undefined ? body : { ...body, model: `${provider}/model-a` }),
    asked(provider = 'up') {
      const told = order.get(provider) ?? '';
      order.delete(provider);
      return told;
    },
    answers: (name, answer) => void answers.set(name, answer),
    upstream(name) {
      const found = upstreams.get(name);
      if (found === undefined) throw new Error(`no account ${name}`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      await portico[Symbol.asyncDispose]();
      for (const upstream of upstreams.values()) await upstream[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when it is so: what it waits for is on its way through sockets, which no clock moves. */
export async function until(so: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!so()) {
    if (Date.now() > end) throw new Error('it never became so');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Long enough for an answer that is on its way through a socket. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
