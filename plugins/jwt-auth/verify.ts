// Checks a token: its signature, who issued it for whom, and its times. A token that never ends is none.
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import { type Clock, GatewayError } from 'portico';
import type { Settings } from './settings.ts';

export type Verify = (token: string) => Promise<JWTPayload>;

/** What it makes throws `expired-key`, `invalid-key`, and what `find` throws. */
export function verifier(settings: Settings, find: JWTVerifyGetKey, clock: Clock): Verify {
  const { issuer, audience, type } = settings;
  const usual = {
    algorithms: [...settings.algorithms],
    clockTolerance: settings.leeway / 1000,
    requiredClaims: ['exp'],
    ...(issuer === undefined ? {} : { issuer: [issuer].flat() }),
    ...(audience === undefined ? {} : { audience: [audience].flat() }),
    ...(type === undefined ? {} : { typ: type }),
  };
  return async (token) => {
    try {
      return await check(token, find, { ...usual, currentDate: new Date(clock.now()) });
    } catch (error) {
      throw told(error);
    }
  };
}

async function check(token: string, find: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, find, options)).payload;
  } catch (error) {
    // It does not say which of several keys it was signed with.
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed)) throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** As the client is told. What is no error of the library's own comes from a key that is of no use, such as a short one. */
function told(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof errors.JWTExpired) {
    return new GatewayError('expired-key', { message: 'The token has expired.', cause: error });
  }
  const why = error instanceof errors.JOSEError ? error.message : 'its signature cannot be checked';
  return new GatewayError('invalid-key', { message: `The token is not accepted here: ${why}.`, cause: error });
}
