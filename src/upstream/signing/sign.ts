// Signature Version 4 of a request as it will be sent. Signed are the host, the body and what the signature itself needs:
// nothing that a proxy on the way may touch.
import aws4 from 'aws4';
import type { Clock } from '../../core/index.ts';
import { isAtHand } from '../body/outgoing.ts';
import type { Outgoing } from '../send.ts';
import { Skew } from './skew.ts';

/** What to sign with, and for whom. */
export interface SigningKey {
  readonly id: string;
  readonly secret: string;
  readonly session?: string | undefined;
  readonly service: string;
  readonly region: string;
}

/** Signs the requests of one account. */
export class Signer {
  readonly skew: Skew;
  readonly #key: SigningKey;

  constructor(key: SigningKey, clock: Clock) {
    this.#key = key;
    this.skew = new Skew(clock);
  }

  /** The request with its signature, or undefined where it cannot be signed: its body is not known before its end. */
  sign(outgoing: Outgoing): Outgoing | undefined {
    const { origin, path, method, body } = outgoing;
    if (!isAtHand(body)) return undefined;
    const { id, secret, service, region } = this.#key;
    const request = {
      service,
      region,
      method,
      path,
      body: joined(body),
      headers: { ...signedHeaders(outgoing), host: new URL(origin).host, 'x-amz-date': this.skew.moment() },
      extraHeadersToIgnore: { 'content-length': true },
    };
    const session = this.#key.session === undefined ? {} : { sessionToken: this.#key.session };
    const signed = aws4.sign(request, { accessKeyId: id, secretAccessKey: secret, ...session });
    const headers = { ...outgoing.headers };
    for (const name of madeHere) delete headers[name];
    for (const [name, value] of Object.entries(signed.headers ?? {})) headers[name.toLowerCase()] = String(value);
    return { ...outgoing, path: signed.path ?? path, headers };
  }
}

/** What must be signed if it is sent. */
function signedHeaders({ headers }: Outgoing): Record<string, string> {
  const out: Record<string, string> = { 'content-length': headers['content-length'] ?? '0' };
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'content-type' || (name.startsWith('x-amz-') && !madeHere.has(name))) out[name] = value;
  }
  return out;
}

/** A client's own signature is of no use any more. */
const madeHere = new Set(['x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256']);

function joined(body: readonly Buffer[]): Buffer | undefined {
  if (body.length === 0) return undefined;
  return body.length === 1 ? body[0] : Buffer.concat(body);
}
