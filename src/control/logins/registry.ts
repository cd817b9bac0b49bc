// The logins of a running gateway: begun by whoever has the control token, driven by the engine, over when the account's file
// is written. Those under way are bounded in number, those that are over in number and time.
import type { Granted, Login, StartLogin } from '../../accounts/login/login.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import type { Clock, Level } from '../../core/index.ts';
import type {
  KeptAccount,
  LoginFailure,
  LoginProvider,
  LoginState,
  Logins,
  LoginWish,
  Nowhere,
  Pasted,
} from './logins.ts';
import { providerOf } from './provider-of.ts';
import { mostUnderWay, notBegun, refusalOf } from './why-not-begun.ts';

export interface RegistryOptions {
  readonly clock: Clock;
  readonly start: StartLogin;
  /** Of the configuration that is served. */
  facts(): readonly LoadedLogin[];
  /** Why a login could not be kept: nothing says where its file should go. */
  whyNot(wish: LoginWish): Nowhere | undefined;
  /** Writes the account's file and has it served. */
  keep(granted: Granted, facts: LoadedLogin, account: string | undefined): Promise<KeptAccount>;
  /** Secrets taken out. */
  clean(text: string): string;
  say(level: Level, message: string): void;
}

interface Entry {
  readonly login: Login;
  readonly wish: LoginWish;
  readonly startedAt: number;
  /** Undefined while it waits. */
  over: { readonly state: LoginState; readonly time: number } | undefined;
  /** Never rejects. */
  settled: Promise<void>;
}

type Kept = KeptAccount & { readonly expiresAt: number | undefined };

/** Long enough to be asked for by whoever began it. */
const keptMs = 10 * 60_000;
const mostKept = 128;

export class LoginRegistry implements Logins {
  readonly #options: RegistryOptions;
  readonly #entries = new Map<string, Entry>();
  #starting = 0;
  #keeping: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  providers(): readonly LoginProvider[] {
    return this.#options.facts().map(providerOf);
  }

  async start(wish: LoginWish): Promise<LoginState> {
    const { clock, facts: known, whyNot, clean } = this.#options;
    this.#forget();
    const facts = known().find(({ provider }) => provider === wish.provider);
    const waiting = [...this.#entries.values()].filter(({ over }) => over === undefined).length;
    const underWay = waiting + this.#starting;
    if (this.#closed) throw notBegun({ why: 'stopping' });
    if (facts === undefined) throw notBegun({ why: 'unknown', wish, known: known().map(({ provider }) => provider) });
    const nowhere = whyNot(wish);
    if (nowhere !== undefined) throw notBegun({ why: 'nowhere', ...nowhere });
    if (underWay >= mostUnderWay) throw notBegun({ why: 'too-many' });
    const { flow, listen, callbackPort } = wish;
    const note = (message: string) => this.#say('info', `login to ${wish.provider}: ${clean(message)}`);
    this.#starting += 1;
    const started = await this.#options.start(facts, { clock, flow, listen, callbackPort, note }).finally(() => {
      this.#starting -= 1;
    });
    if ('problem' in started) {
      const at = callbackPort ?? facts.callback.port;
      const ours = started.problem.code === 'port-taken' && this.#listensAt(at);
      throw ours ? notBegun({ why: 'port-ours', port: at }) : refusalOf(started.problem, clean);
    }
    return this.#take(started.login, wish);
  }

  list(): readonly LoginState[] {
    this.#forget();
    return [...this.#entries.values()].map(stateOf);
  }

  find(id: string): LoginState | undefined {
    this.#forget();
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  paste(id: string, callback: string): Pasted {
    const entry = this.#entries.get(id);
    if (entry === undefined) return 'unknown';
    if (entry.over !== undefined) return 'over';
    const problem = entry.login.paste(callback);
    return problem === undefined ? 'taken' : { ...problem, message: this.#options.clean(problem.message) };
  }

  async settled(id: string, limitMs: number): Promise<LoginState | undefined> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const patience = Promise.withResolvers<void>();
    const alarm = this.#options.clock.after(limitMs, patience.resolve);
    await Promise.race([entry.settled, patience.promise]);
    alarm.cancel();
    return stateOf(entry);
  }

  cancel(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    if (entry.over === undefined) entry.login.cancel();
    else this.#entries.delete(id);
    return true;
  }

  /** Cancels all; resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { login, over } of this.#entries.values()) if (over === undefined) login.cancel();
    await Promise.all([...this.#entries.values()].map(({ settled }) => settled));
  }

  #listensAt(port: number): boolean {
    return [...this.#entries.values()].some(({ login, over }) => over === undefined && login.listening?.port === port);
  }

  #take(login: Login, wish: LoginWish): LoginState {
    const entry: Entry = {
      login,
      wish,
      startedAt: this.#options.clock.now(),
      over: undefined,
      settled: Promise.resolve(),
    };
    this.#entries.set(login.id, entry);
    entry.settled = this.#settle(entry);
    // The gateway began to stop while the vendor was asked.
    if (this.#closed) login.cancel();
    return stateOf(entry);
  }

  async #settle(entry: Entry): Promise<void> {
    const { login, wish } = entry;
    const { clock } = this.#options;
    const outcome = await login.outcome;
    const result = 'problem' in outcome ? outcome : await this.#keep(outcome.granted, wish);
    const base = { id: login.id, provider: wish.provider, flow: login.flow, startedAt: entry.startedAt };
    if ('problem' in result) {
      const { code } = result.problem;
      const message = this.#options.clean(result.problem.message);
      const remedy = this.#options.clean(result.problem.remedy);
      const state = { ...base, account: wish.account, status: 'failed', code, message, remedy } as const;
      entry.over = { state, time: clock.now() };
      this.#say(code === 'cancelled' ? 'info' : 'warn', `the login to ${wish.provider} came to nothing: ${message}`);
      return;
    }
    entry.over = { state: { ...base, status: 'done', ...result }, time: clock.now() };
    this.#say('info', toldOf(wish.provider, result));
  }

  /** With the facts of now: the configuration may have changed since the login began. */
  async #keep(granted: Granted, wish: LoginWish): Promise<{ readonly problem: LoginFailure } | Kept> {
    const facts = this.#options.facts().find(({ provider }) => provider === wish.provider);
    if (facts === undefined) return { problem: gone(wish.provider) };
    try {
      const kept = await this.#inTurn(() => this.#options.keep(granted, facts, wish.account));
      return { ...kept, expiresAt: granted.tokens.expiresAt };
    } catch (thrown) {
      return { problem: notKept(thrown) };
    }
  }

  /** Two that end at once must not choose one file. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#keeping.then(work);
    this.#keeping = result.catch(() => undefined);
    return result;
  }

  #forget(): void {
    const over = [...this.#entries].filter(([, entry]) => entry.over !== undefined);
    const since = this.#options.clock.now() - keptMs;
    for (const [index, [id, entry]] of over.entries()) {
      const old = entry.over !== undefined && entry.over.time <= since;
      if (old || index < over.length - mostKept) this.#entries.delete(id);
    }
  }

  #say(level: Level, message: string): void {
    this.#options.say(level, message);
  }
}

function stateOf({ login, wish, startedAt, over }: Entry): LoginState {
  if (over !== undefined) return over.state;
  const { id, flow, url, userCode, verificationUrl, redirectUri, listening, expiresAt } = login;
  const { provider, account } = wish;
  const begun = { id, provider, flow, startedAt, account };
  return { ...begun, status: 'waiting', url, userCode, verificationUrl, redirectUri, listening, expiresAt };
}

function toldOf(provider: string, { account, email, plan, outcome, before }: KeptAccount): string {
  const who = [email, plan].filter((each) => each !== undefined).join(', ');
  const instead = before === undefined ? '' : `, in place of ${before}`;
  return `signed in: ${provider}/${account}${who === '' ? '' : ` (${who})`}${instead}, ${outcome}`;
}

function gone(provider: string): LoginFailure {
  return {
    code: 'provider-gone',
    message: `The configuration has no provider ${provider} that is signed in to any more.`,
    remedy: 'Put it back into gateway.yaml and sign in again.',
  };
}

function notKept(thrown: unknown): LoginFailure {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const remedy = 'See that the directory of account files can be written by the gateway, and sign in again.';
  return { code: 'not-kept', message: `The account file cannot be written: ${why}`, remedy };
}
