// A gateway whose balancer is the test itself: it is handed each call and makes what attempts it likes.
import { join } from 'node:path';
import type { LoadedPlugin, LoadedProvider } from '../../../src/config/loaded.ts';
import type { Call, Clock, Outcome, Standing, Target } from '../../../src/core/index.ts';
import { HandClock } from '../../support/clock.ts';
import { account, pluginEntry, root, TestGateway, type Wanted } from '../../support/gateway.ts';

type Walk = (call: Call) => Promise<void>;

const walks = new Map<string, Walk>();
Object.assign(globalThis, { porticoWalks: walks });

let count = 0;

/** Does with each call what `walk` says. */
export function walking(walk: Walk): LoadedPlugin {
  count += 1;
  walks.set(`walk-${count}`, walk);
  const path = join(root, 'test/support/walker');
  return {
    directory: { name: 'walker', path, digest: 'walker', code: true },
    on: true,
    settings: { walk: `walk-${count}` },
  };
}

export const asked = { model: 'model-a', messages: [{ role: 'user', content: 'What is the capital of France?' }] };

export function targetAt(provider: string, name = 'main', more: Partial<Target> = {}): Target {
  return { provider, account: name, model: 'model-a', priority: 0, weight: 1, credential: '', ...more };
}

export class Rig implements AsyncDisposable {
  readonly portico: TestGateway;
  readonly clock: Clock;
  walk: Walk = async () => undefined;

  constructor(portico: TestGateway, clock: Clock) {
    this.portico = portico;
    this.clock = clock;
  }

  /** One request, whose call `walk` gets; resolves when its record is there. */
  async ask(walk: Walk, body: unknown = asked) {
    this.walk = walk;
    const { portico } = this;
    const before = portico.records.length;
    const response = await portico.post('/v1/chat/completions', body);
    const text = await response.text();
    await portico.recorded(before + 1);
    return { status: response.status, headers: response.headers, text, record: portico.records[before] };
  }

  /** What becomes of one attempt at a target, told to the client. */
  async outcomeOf(target: Target, body: unknown = asked): Promise<Outcome> {
    let outcome: Outcome | undefined;
    await this.ask(async (call) => {
      outcome = await call.attempt(target);
      call.answer(outcome);
    }, body);
    if (outcome === undefined) throw new Error('no attempt was made');
    return outcome;
  }

  standing(target: Target): Standing {
    return this.portico.ledger.health.of([target]).standing(0);
  }

  inFlight(target: Target): number {
    return this.portico.ledger.health.of([target]).inFlight(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.portico[Symbol.asyncDispose]();
  }
}

/** Providers by name, each at its address with one account `main` unless it says otherwise. */
export async function rigOf(
  providers: Readonly<Record<string, string | (Partial<LoadedProvider> & { readonly url: string })>>,
  more: Partial<Wanted> = {},
  clock: Clock = new HandClock(),
): Promise<Rig> {
  const wanted = Object.entries(providers).map(([name, provider]) =>
    typeof provider === 'string' ? { name, url: provider } : { name, ...provider },
  );
  let rig: Rig | undefined;
  const plugins = [
    pluginEntry('auth', { query: true }),
    pluginEntry('translator'),
    walking((call) => rig?.walk(call) ?? Promise.resolve()),
  ];
  const portico = await TestGateway.start({ providers: wanted, plugins, ...more }, clock);
  rig = new Rig(portico, clock);
  return rig;
}

export { account };
