// What a token says of itself, where it is a JWT. It is not verified: it comes from a file of the operator's.
import { decodeJwt, errors, type JWTPayload } from 'jose';

/** Empty where it is no JWT. */
export function claimsOf(token: string | undefined): JWTPayload {
  if (token === undefined || token.split('.').length !== 3) return {};
  try {
    return decodeJwt(token);
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return {};
    throw error;
  }
}
