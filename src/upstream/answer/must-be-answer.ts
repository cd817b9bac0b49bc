// What comes with a good status and is no answer all the same: a web page, or the way to somewhere else.
import { GatewayError } from '../../core/index.ts';

/** `type`: its content type, in lower case. Throws where another try, or another target, could do better. */
export function mustBeAnswer(status: number, type: string): void {
  if (type.startsWith('text/html')) throw invalid('a web page');
  // A client that followed it would leave the gateway behind.
  if (status >= 300 && status < 400 && status !== 304) throw invalid('a redirect');
}

function invalid(what: string): GatewayError {
  return new GatewayError('upstream-invalid', { message: `The upstream answered with ${what}.` });
}
