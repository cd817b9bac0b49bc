// Keys that stand in the settings. What cannot work is refused when the configuration is read, not at the first token.
import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { keySetIn } from './download.ts';

const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** UTF-8, as issuers that share a secret take it. */
export function secretKey(secret: string): JWTVerifyGetKey {
  const key = createSecretKey(secret, 'utf8');
  return () => key;
}

/** A public key or a certificate. Throws where it is none, or signs in none of these ways. */
export function publicKey(pem: string, algorithms: readonly string[]): JWTVerifyGetKey {
  const key = keyIn(pem);
  const misfit = algorithms.find((algorithm) => !fits(key, algorithm));
  if (misfit !== undefined) throw new Error(`publicKey: this key cannot check ${misfit}; it is ${kindOf(key)}`);
  return () => key;
}

/** Throws where the text is no key set. */
export function keySet(text: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(keySetIn(text));
  } catch (error) {
    throw new Error('jwks: this is no JSON Web Key Set', { cause: error });
  }
}

function keyIn(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new Error('publicKey: this is no public key or certificate in PEM', { cause: error });
  }
}

function fits(key: KeyObject, algorithm: string): boolean {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return /^[RP]S/.test(algorithm) && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
    case 'ec':
      return curves[key.asymmetricKeyDetails?.namedCurve ?? ''] === algorithm;
    case 'ed25519':
      return algorithm === 'EdDSA';
    default:
      return false;
  }
}

function kindOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { namedCurve, modulusLength } = asymmetricKeyDetails;
  if (namedCurve !== undefined) return `of the curve ${namedCurve}`;
  return modulusLength === undefined ? `of the kind ${asymmetricKeyType}` : `RSA of ${modulusLength} bits`;
}
