// The provider under test in the real engine: a gateway of one thread, the upstream's double behind it, a client before.
import { createServer } from 'node:net';
import { type Dispatcher, request } from 'undici';
import type { Definition } from '../../config/directories/inspect.ts';
import type { Settings } from '../../config/loaded.ts';
import { type CallRecord, type ProviderCode, type ProviderManifest, systemClock } from '../../core/index.ts';
import { createMemory, SharedLedger } from '../../ledger/memory.ts';
import { Gateway } from '../gateway.ts';
import { Double, type Received } from './double.ts';
import { baseUrlOf, clientSecret, configurationOf, instanceName } from './subject.ts';

/** Milliseconds a single exchange may take. */
const patience = 10_000;

export interface Sent {
  readonly method: string;
  /** Below the gateway's origin, query included. */
  readonly path: string;
  readonly body?: string;
  /** Of the body; JSON where it is not said. */
  readonly type?: string;
}

export interface Exchanged {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Requests that reached the upstream. */
  readonly upstream: readonly Received[];
  readonly record: CallRecord;
}

export class Rig implements AsyncDisposable {
  readonly double: Double;
  readonly manifest: ProviderManifest;
  readonly code: ProviderCode;
  /** Path of the base URL. */
  readonly basePath: string;
  readonly #gateway: Gateway;
  readonly #origin: string;
  readonly #records: Records;

  private constructor(parts: Pick<Rig, 'double' | 'manifest' | 'code' | 'basePath'>, inside: Inside) {
    this.double = parts.double;
    this.manifest = parts.manifest;
    this.code = parts.code;
    this.basePath = parts.basePath;
    this.#gateway = inside.gateway;
    this.#origin = inside.origin;
    this.#records = inside.records;
  }

  /** Throws, with what is wrong, when the directory cannot be served. */
  static async open(definition: Definition, manifest: ProviderManifest, settings: Settings): Promise<Rig> {
    const double = new Double();
    const baseUrl = baseUrlOf(manifest, await double.open());
    const records = new Records();
    const gateway = makeGateway(records);
    try {
      const port = await freePort();
      const { degraded } = await gateway.prepare(1, configurationOf({ definition, manifest, settings, baseUrl, port }));
      gateway.commit(1);
      const code = gateway.current?.parts.providers.get(instanceName)?.code;
      if (code === undefined) throw new Error(degraded[0]?.problem.message ?? 'the provider was not loaded');
      const basePath = new URL(baseUrl).pathname.replace(/\/+$/, '');
      return new Rig({ double, manifest, code, basePath }, { gateway, origin: `http://127.0.0.1:${port}`, records });
    } catch (error) {
      await gateway.drain(0);
      await double[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** One request of a client that carries every credential there is. */
  async send({ method, path, body, type = 'application/json' }: Sent): Promise<Exchanged> {
    this.double.take();
    const recorded = this.#records.next();
    const answer = await request(this.#origin + path, {
      method: method as Dispatcher.HttpMethod,
      headers: clientHeaders(body, type),
      body: body ?? null,
      signal: AbortSignal.timeout(patience),
      reset: true,
    });
    const text = await readAsFarAsItGoes(answer.body);
    const answered = String(answer.headers['content-type'] ?? '');
    return {
      status: answer.statusCode,
      type: answered,
      body: text,
      upstream: this.double.take(),
      record: await recorded,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway.drain(0);
    await this.double[Symbol.asyncDispose]();
  }
}

/** Records come after the last byte, so they are waited for. */
class Records {
  #resolve: ((record: CallRecord) => void) | undefined;

  next(): Promise<CallRecord> {
    const { promise, resolve } = Promise.withResolvers<CallRecord>();
    this.#resolve = resolve;
    return promise;
  }

  add(record: CallRecord): void {
    this.#resolve?.(record);
  }
}

interface Inside {
  readonly gateway: Gateway;
  readonly origin: string;
  readonly records: Records;
}

function makeGateway(records: Records): Gateway {
  const quiet = () => undefined;
  return new Gateway({
    thread: 0,
    ledger: new SharedLedger(createMemory(), 0),
    clock: systemClock,
    outbox: { record: (record) => records.add(record), line: quiet, count: quiet },
    reusePort: false,
    onRetired: quiet,
  });
}

function clientHeaders(body: string | undefined, type: string): Record<string, string> {
  return {
    ...(body === undefined ? {} : { 'content-type': type }),
    authorization: `Bearer ${clientSecret}`,
    'x-api-key': clientSecret,
    'x-goog-api-key': clientSecret,
    'api-key': clientSecret,
    cookie: `session=${clientSecret}`,
    'x-kept': 'kept',
  };
}

/** A body that breaks off is a finding, not a failure of the check. */
async function readAsFarAsItGoes(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    if (chunks.length === 0) throw error;
  }
  return Buffer.concat(chunks).toString();
}

/** The gateway is told its port, so one is looked for that is free now. */
async function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once('error', reject);
  server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
}
