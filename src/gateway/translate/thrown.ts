// What was thrown while an answer flowed. Codecs never throw on what an upstream sends, and plugins throw `GatewayError` on
// purpose; anything else is the gateway's own fault, and the client is told so.
import { GatewayError } from '../../core/index.ts';

export function asGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError ? thrown : new GatewayError('internal', { cause: thrown });
}
