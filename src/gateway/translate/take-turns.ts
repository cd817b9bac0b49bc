// Every step of translating a body of megabytes (parse, understand, say, write) takes tens of milliseconds. Other calls of
// the thread are served between them.
import type { GatewayCall } from '../call/call.ts';

const large = 512 * 1024;

/** Nothing to wait for where the request is of the usual size. The client may have left meanwhile. */
export function takeTurns({ bytesIn }: Pick<GatewayCall, 'bytesIn'>): Promise<void> | undefined {
  if (bytesIn < large) return undefined;
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
