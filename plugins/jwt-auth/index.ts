// Finds out by a signed token whose call it is, and lets it in with the client key the token stands for. A request
// without a token is refused, or left to `auth` behind this.
import type { JWTVerifyGetKey } from 'jose';
import { admit, GatewayError, type Host, plugin } from 'portico';
import { keyNames, missingClaim } from './claims.ts';
import { keySet, publicKey, secretKey } from './fixed-key.ts';
import { PublishedKeys } from './published-keys.ts';
import type { Settings } from './settings.ts';
import { tokenOf } from './token.ts';
import { verifier } from './verify.ts';

export default plugin<Settings>((settings, host) => {
  const verify = verifier(settings, finderOf(settings, host), host.clock);
  mustExist(settings, host);

  return async function jwtAuth(ctx, next) {
    const { call } = ctx;
    if (call.key !== undefined) return next();
    const token = tokenOf(ctx);
    if (token === undefined) {
      if (!settings.required) return next();
      throw new GatewayError('missing-key', { message: 'No token was sent. Send a signed JWT as a Bearer token.' });
    }
    const payload = await verify(token);
    const missing = missingClaim(payload, settings.claims);
    if (missing !== undefined) {
      const message = `The token is not accepted here: its claim ${JSON.stringify(missing)} is not as it must be.`;
      throw new GatewayError('invalid-key', { message });
    }
    const key = keyNames(payload, settings.key)
      .map((name) => host.keyNamed(name))
      .find((found) => found !== undefined);
    if (key === undefined)
      throw new GatewayError('invalid-key', { message: 'The token belongs to no key of this gateway.' });
    admit(call, key);
    return next();
  };
});

function finderOf(settings: Settings, host: Host): JWTVerifyGetKey {
  const { jwksUrl, jwks, publicKey: pem, secret = '', algorithms, cache } = settings;
  if (jwksUrl !== undefined) {
    const way = host.wayOut(settings.egress);
    if (way === undefined) throw new Error(`egress: none is named "${settings.egress}"; add it under egress:`);
    const keys = host.keep(
      JSON.stringify([jwksUrl, cache, way.id]),
      () => new PublishedKeys(jwksUrl, cache, host, way.open()),
      (kept) => kept.close(),
    );
    return keys.find;
  }
  if (jwks !== undefined) return keySet(jwks);
  return pem === undefined ? secretKey(secret) : publicKey(pem, algorithms);
}

/** A name that nobody has would refuse everybody. */
function mustExist({ key }: Settings, host: Host): void {
  const written = [key.name, key.otherwise, ...Object.values(key.map ?? {})];
  const unknown = written.find((name) => name !== undefined && host.keyNamed(name) === undefined);
  if (unknown !== undefined) throw new Error(`key: no client key is named "${unknown}"; add one under keys:`);
}
