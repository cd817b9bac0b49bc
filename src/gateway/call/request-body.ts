// The request's body, read at most once and only when somebody asks: an unauthenticated client cannot make the gateway
// hold its bytes. Says what the body asks for without parsing the rest of it.
import { type Facts, GatewayError } from '../../core/index.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { GatewayCall } from './call.ts';
import { type BodyChange, editBody } from './edit-body.ts';
import { isAtHand, type TakenBody, takeBody } from './take-body.ts';

export interface RequestBody {
  facts(call: GatewayCall): Promise<Facts>;
  /** As it is to be sent. */
  take(call: GatewayCall): Promise<TakenBody>;
  /** JSON with what is known of it; nothing where the body is no JSON. */
  read(call: GatewayCall): Promise<ReadBody>;
  whole(call: GatewayCall): Promise<Buffer>;
  /** False where nothing changes; what is no JSON never does. */
  edit(call: GatewayCall, change: BodyChange): Promise<boolean>;
  /** The body, if it has been read and is still here. */
  readonly held?: ReadBody | undefined;
  /** The call has ended: nobody needs what is left of it. */
  close?(call: GatewayCall): void;
}

const nothing: ReadBody = { chunks: [], bytes: 0, scanned: undefined };

/** For requests that have no body worth reading (GET, HEAD). */
export const emptyRequest: RequestBody = {
  facts: async (call) => ({ model: call.match?.model, stream: false, bytes: 0 }),
  take: async () => nothing,
  read: async () => nothing,
  whole: async () => Buffer.alloc(0),
  edit: async () => false,
};

export class LazyBody implements RequestBody {
  #taking: Promise<TakenBody> | undefined;
  #taken: TakenBody | undefined;
  #facts: Facts | undefined;

  take(call: GatewayCall): Promise<TakenBody> {
    this.#taking ??= this.#take(call);
    return this.#taking;
  }

  async read(call: GatewayCall): Promise<ReadBody> {
    const body = await this.take(call);
    return isAtHand(body) ? body : nothing;
  }

  get held(): ReadBody | undefined {
    return this.#taken !== undefined && isAtHand(this.#taken) ? this.#taken : undefined;
  }

  async facts(call: GatewayCall): Promise<Facts> {
    if (this.#facts !== undefined) return this.#facts;
    const body = await this.take(call);
    const inBody = said(body, 'model');
    const inPath = call.match?.model;
    if (inBody !== undefined && typeof inBody !== 'string') {
      throw new GatewayError('invalid-request', { message: 'The field model must be a string.', param: 'model' });
    }
    if (inPath !== undefined && inBody !== undefined && bare(inBody) !== bare(inPath)) {
      throw new GatewayError('model-mismatch', { param: 'model' });
    }
    const model = inPath ?? inBody;
    const wish = call.match?.endpoint?.stream;
    const stream = wish === 'always' || (wish !== 'never' && said(body, 'stream') === true);
    this.#facts = { model, stream, bytes: sizeOf(call, body) };
    call.asked = model;
    call.streams = stream;
    return this.#facts;
  }

  async whole(call: GatewayCall): Promise<Buffer> {
    const body = await this.take(call);
    if (isAtHand(body)) return joined(body.chunks);
    if (body.kind === 'form') return body.whole();
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk);
    call.bytesIn = body.bytes;
    this.#taken = { chunks, bytes: body.bytes, scanned: undefined };
    this.#taking = Promise.resolve(this.#taken);
    return joined(chunks);
  }

  async edit(call: GatewayCall, change: BodyChange): Promise<boolean> {
    const body = await this.take(call);
    const edited = isAtHand(body) ? editBody(body, change) : undefined;
    if (edited === undefined) return false;
    this.#taken = edited;
    this.#taking = Promise.resolve(edited);
    this.#facts = undefined;
    call.spoken = undefined;
    return true;
  }

  close(call: GatewayCall): void {
    const body = this.#taken;
    if (body === undefined || isAtHand(body)) return;
    call.bytesIn = body.bytes;
    body.close();
  }

  async #take(call: GatewayCall): Promise<TakenBody> {
    try {
      this.#taken = await takeBody(call);
      return this.#taken;
    } catch (error) {
      // Where it has not arrived whole the next request on this connection could not be told from its rest.
      if (!call.req.complete) call.res.shouldKeepAlive = false;
      throw error;
    }
  }
}

/** What the body says of a field at its top level. */
function said(body: TakenBody, name: 'model' | 'stream'): unknown {
  if (isAtHand(body)) return member(body, name);
  if (body.kind === 'arriving') return undefined;
  const value = body.value(name);
  if (name === 'model' || value === undefined) return value;
  return value.toLowerCase() === 'true' || value === '1';
}

/** Of a body that is still arriving: what was announced, or the most it may be. */
function sizeOf(call: GatewayCall, body: TakenBody): number {
  if (isAtHand(body) || body.complete) return body.bytes;
  return body.length ?? call.match?.route.maxBody ?? 0;
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** A scalar at the top level of the body. */
function member(body: ReadBody, key: string): unknown {
  return body.scanned?.members.find((entry) => entry.key === key)?.value;
}

/** Some write `models/x` in the body and `x` in the path. */
function bare(model: string): string {
  return model.startsWith('models/') ? model.slice('models/'.length) : model;
}
