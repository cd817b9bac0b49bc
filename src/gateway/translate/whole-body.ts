// The whole of an upstream's answer, where it can only be translated as a whole.
import { GatewayError, isSource, type JsonObject, type Reply, type Source } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { asObject } from '../../dialects/json.ts';

/** Larger answers of a model are not known; they must not fill the memory. */
export const mostBytes = 64 * 1024 * 1024;

/** Rejects with `upstream-invalid` where it is larger, and with what broke it off. */
export function wholeBody({ body }: Pick<Reply, 'body'>): Promise<Buffer> {
  if (!isSource(body)) return Promise.resolve(body);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.flow({
      data(chunk) {
        bytes += chunk.length;
        if (bytes > mostBytes) {
          const error = tooLarge();
          chunks.length = 0;
          reject(error);
          body.abort(error);
          return true;
        }
        chunks.push(chunk);
        return true;
      },
      end: () => resolve(Buffer.concat(chunks)),
      fail: reject,
    });
  });
}

/** The answer as JSON. Rejects with `upstream-invalid` where it is none. */
export async function wholeJson(reply: Pick<Reply, 'body'>): Promise<JsonObject> {
  return jsonIn(await wholeBody(reply));
}

/** Throws `upstream-invalid` where it is no object. */
export function jsonIn(bytes: Buffer): JsonObject {
  const body = asObject(parseExact(bytes.toString()));
  if (body !== undefined) return body;
  throw new GatewayError('upstream-invalid', {
    message: 'The upstream answered with something that is no JSON object.',
  });
}

/** Bytes at hand, as a body that flows. */
export function sourceOf(bytes: Buffer): Source {
  return {
    flow(sink) {
      sink.data(bytes);
      sink.end();
    },
    resume: () => undefined,
    abort: () => undefined,
  };
}

export function tooLarge(): GatewayError {
  const message = `The upstream's answer is larger than ${mostBytes / 1024 / 1024} MiB and cannot be translated.`;
  return new GatewayError('upstream-invalid', { message });
}
