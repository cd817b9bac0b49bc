// Walks one way out step by step, with the code that requests take, and says how far it came and how long each step took.
import { request } from 'node:http';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { bareHost, type TunnelStep, tunnelFor } from './egress.ts';

/** In this order; `tunnel` is the proxy's consent, credentials included, and its connection to the target. */
export type Step = TunnelStep | 'tunnel' | 'tls' | 'http';

export interface Probed {
  readonly steps: readonly { readonly step: Step; readonly ms: number }[];
  /** What the target answered; undefined where it was not reached. */
  readonly status: number | undefined;
  readonly failure: { readonly step: Step; readonly error: Error } | undefined;
}

export interface ProbeOptions {
  /** The proxy, credentials included; undefined: directly. */
  readonly egressUrl: string | undefined;
  readonly target: URL;
  /** Milliseconds for all of it. */
  readonly limitMs: number;
}

/** Asks for the target's URL with GET, without a credential. Never rejects. */
export async function probe({ egressUrl, target, limitMs }: ProbeOptions): Promise<Probed> {
  const proxy = egressUrl === undefined ? undefined : new URL(egressUrl);
  const walk = new Walk(stepsOf(proxy, target));
  const signal = AbortSignal.timeout(limitMs);
  let socket: Socket | undefined;
  try {
    socket = await plainSocket(proxy, target, signal, walk);
    if (target.protocol === 'https:') {
      socket = await secure(socket, target, signal);
      walk.passed('tls');
    }
    const status = await ask(socket, target, signal);
    walk.passed('http');
    return { steps: walk.done, status, failure: undefined };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const told = signal.aborted ? new Error(`nothing for ${limitMs} ms`) : error;
    return { steps: walk.done, status: undefined, failure: { step: walk.next, error: told } };
  } finally {
    socket?.destroy();
  }
}

/** Those that this way has. An address needs no lookup. */
function stepsOf(proxy: URL | undefined, target: URL): Step[] {
  const first = proxy ?? target;
  const steps: Step[] = isIP(bareHost(first.hostname)) === 0 ? ['lookup', 'connect'] : ['connect'];
  if (proxy?.protocol === 'https:') steps.push('proxy-tls');
  if (proxy !== undefined) steps.push('tunnel');
  if (target.protocol === 'https:') steps.push('tls');
  return [...steps, 'http'];
}

class Walk {
  readonly done: { step: Step; ms: number }[] = [];
  readonly #steps: readonly Step[];
  #since = performance.now();

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  passed(step: Step): void {
    if (!this.#steps.includes(step) || this.done.some((one) => one.step === step)) return;
    const now = performance.now();
    this.done.push({ step, ms: Math.round((now - this.#since) * 10) / 10 });
    this.#since = now;
  }

  /** The one that was being tried. */
  get next(): Step {
    return this.#steps.find((step) => this.done.every((one) => one.step !== step)) ?? 'http';
  }
}

async function plainSocket(proxy: URL | undefined, target: URL, signal: AbortSignal, walk: Walk): Promise<Socket> {
  const host = bareHost(target.hostname);
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  if (proxy === undefined) return direct(host, port, signal, walk);
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const socket = await Promise.race([tunnelFor(proxy)(host, port, signal, (step) => walk.passed(step)), aborted]);
  walk.passed('tunnel');
  return socket;
}

function direct(host: string, port: number, signal: AbortSignal, walk: Walk): Promise<Socket> {
  const socket = connectPlain({ host, port, signal });
  socket.once('lookup', (error: Error | null) => error === null && walk.passed('lookup'));
  return settled(socket, 'connect', () => {
    walk.passed('connect');
    return socket;
  });
}

function secure(plain: Socket, target: URL, signal: AbortSignal): Promise<Socket> {
  const host = bareHost(target.hostname);
  const socket = connectSecure({ socket: plain, host, ...(isIP(host) === 0 && { servername: host }) });
  signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true });
  return settled(socket, 'secureConnect', () => socket);
}

function ask(socket: Socket, target: URL, signal: AbortSignal): Promise<number> {
  const asking = request({
    createConnection: () => socket,
    method: 'GET',
    path: target.pathname + target.search,
    headers: { host: target.host, 'user-agent': 'portico', accept: '*/*', connection: 'close' },
    signal,
  });
  asking.end();
  return new Promise((resolve, reject) => {
    asking.once('error', reject);
    asking.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
}

function settled(socket: Socket, event: string, done: () => Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.once(event, () => resolve(done()));
  });
}
