// The request's body, read at most once and only when somebody asks: an unauthenticated client cannot make the gateway
// hold its bytes. Says what the body asks for without parsing the rest of it.
import { type Facts, GatewayError } from '../../core/index.ts';
import { type ReadBody, readBody } from '../../upstream/body/body.ts';
import type { GatewayCall } from './call.ts';

/** Fields that policy reads; repeated at the top level they are refused, for the upstream might read the other one. */
const policyFields = [
  'model',
  'stream',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'stream_options',
  'tools',
  'system',
  'messages',
  'input',
  'contents',
  'generationConfig',
];

export interface RequestBody {
  facts(call: GatewayCall): Promise<Facts>;
  read(call: GatewayCall): Promise<ReadBody>;
  whole(call: GatewayCall): Promise<Buffer>;
}

const nothing: ReadBody = { chunks: [], bytes: 0, scanned: undefined };

/** For requests that have no body worth reading (GET, HEAD). */
export const emptyRequest: RequestBody = {
  facts: async (call) => ({ model: call.match?.model, stream: false, bytes: 0 }),
  read: async () => nothing,
  whole: async () => Buffer.alloc(0),
};

export class LazyBody implements RequestBody {
  #reading: Promise<ReadBody> | undefined;
  #facts: Facts | undefined;

  read(call: GatewayCall): Promise<ReadBody> {
    this.#reading ??= readFrom(call).catch((error) => {
      // The rest of the body is unread: the next request on this connection could not be told from it.
      call.res.shouldKeepAlive = false;
      throw error;
    });
    return this.#reading;
  }

  async facts(call: GatewayCall): Promise<Facts> {
    if (this.#facts !== undefined) return this.#facts;
    const body = await this.read(call);
    const inBody = member(body, 'model');
    const inPath = call.match?.model;
    if (inBody !== undefined && typeof inBody !== 'string') {
      throw new GatewayError('invalid-request', { message: 'The field model must be a string.', param: 'model' });
    }
    if (inPath !== undefined && inBody !== undefined && bare(inBody) !== bare(inPath)) {
      throw new GatewayError('model-mismatch', { param: 'model' });
    }
    const model = inPath ?? inBody;
    const wish = call.match?.endpoint?.stream;
    const stream = wish === 'always' || (wish !== 'never' && member(body, 'stream') === true);
    this.#facts = { model, stream, bytes: body.bytes };
    call.asked = model;
    call.streams = stream;
    return this.#facts;
  }

  async whole(call: GatewayCall): Promise<Buffer> {
    const { chunks } = await this.read(call);
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }
}

async function readFrom(call: GatewayCall): Promise<ReadBody> {
  const { headers, httpVersionMajor, httpVersionMinor } = call.req;
  // HTTP/1.0 knows no interim answers.
  const interim = httpVersionMajor === 2 || httpVersionMinor === 1;
  if (interim && headers.expect?.toLowerCase() === '100-continue') call.res.writeContinue();
  const body = await readBody(call.req, {
    maxBytes: call.match?.route.maxBody ?? 0,
    policyFields,
    expectJson: call.operation !== 'forward',
    clock: call.clock,
    timeoutMs: call.match?.route.requestTimeout ?? 0,
    signal: call.signal,
  });
  call.bytesIn = body.bytes;
  if (call.operation !== 'forward' && body.scanned?.kind !== 'object') {
    throw new GatewayError('invalid-request', { message: 'The request body must be a JSON object.' });
  }
  return body;
}

/** A scalar at the top level of the body. */
function member(body: ReadBody, key: string): unknown {
  return body.scanned?.members.find((entry) => entry.key === key)?.value;
}

/** Some write `models/x` in the body and `x` in the path. */
function bare(model: string): string {
  return model.startsWith('models/') ? model.slice('models/'.length) : model;
}
