// What a token says of itself, where it is a JWT. It is not verified: it comes from a file of the operator's.
import type { JWTPayload } from 'jose';
import { JWTInvalid } from 'jose/errors';
import { decodeJwt } from 'jose/jwt/decode';
import { asMoment } from './expiry.ts';

/** Empty where it is no JWT. */
export function claimsOf(token: string | undefined): JWTPayload {
  if (token === undefined || token.split('.').length !== 3) return {};
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof JWTInvalid) return {};
    throw error;
  }
}

/** When it ends, in epoch milliseconds; undefined where it does not say, or says what is no time. */
export function endOf(token: string | undefined): number | undefined {
  const exp: unknown = claimsOf(token).exp;
  return typeof exp === 'number' ? asMoment(exp * 1000) : undefined;
}
