// An issuer of tokens with a clock that stands still, and a gateway that takes them.
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { chainOf } from '../../support/chain.ts';
import { HandClock } from '../../support/clock.ts';
import { TestGateway, type Wanted } from '../../support/gateway.ts';
import { json, Upstream } from '../../support/upstream.ts';

export const now = 1_700_000_000_000;
export const issuer = 'https://login.test/';
export const path = '/v1/chat/completions';
export const chat = { model: 'model-a', messages: [] };

export interface Signer {
  readonly kid: string | undefined;
  readonly alg: string;
  readonly key: CryptoKey | Uint8Array;
  /** What is published of it. */
  readonly jwk: JWK;
}

export async function signer(kid: string | undefined, alg = 'ES256'): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg, ...(kid === undefined ? {} : { kid }) };
  return { kid, alg, key: privateKey, jwk };
}

export const signed = await signer('one');

/** A token that is good for five minutes, but for what is said otherwise. `undefined` leaves a claim out. */
export function token(
  claims: JWTPayload = {},
  by: Signer = signed,
  head: Record<string, unknown> = {},
): Promise<string> {
  const usual = { iss: issuer, aud: 'portico', sub: 'test', exp: now / 1000 + 300 };
  const { kid, alg, key } = by;
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), ...head })
    .sign(key);
}

export class Rig implements AsyncDisposable {
  readonly clock = new HandClock(now);
  readonly upstream: Upstream;
  /** Publishes the keys. */
  readonly keys: Upstream;
  #portico: TestGateway | undefined;

  private constructor(upstream: Upstream, keys: Upstream) {
    this.upstream = upstream;
    this.keys = keys;
  }

  /** `settings` are laid over ones that take the tokens above. */
  static async start(
    settings: Record<string, unknown> = {},
    more: Wanted = {},
    ...behind: readonly unknown[]
  ): Promise<Rig> {
    const rig = new Rig(await Upstream.start(json({ ok: true })), await Upstream.start(json({ keys: [signed.jwk] })));
    try {
      rig.#portico = await TestGateway.start(await rig.wanted(settings, more, ...behind), rig.clock);
      return rig;
    } catch (error) {
      await rig[Symbol.asyncDispose]();
      throw error;
    }
  }

  async wanted(settings: Record<string, unknown>, more: Wanted = {}, ...behind: readonly unknown[]): Promise<Wanted> {
    const fixed = ['jwks', 'publicKey', 'secret'].some((name) => name in settings);
    const usual = {
      ...(fixed ? {} : { jwksUrl: `${this.keys.url}/jwks.json` }),
      algorithms: ['ES256'],
      issuer,
      key: { claim: 'sub' },
    };
    const plugins = await chainOf({ 'jwt-auth': { ...usual, ...settings } }, ...behind, 'balancer');
    return { providers: [{ name: 'up', url: this.upstream.url }], plugins, ...more };
  }

  get portico(): TestGateway {
    if (this.#portico === undefined) throw new Error('not started');
    return this.#portico;
  }

  publish(...signers: readonly Signer[]): void {
    this.keys.answer = json({ keys: signers.map(({ jwk }) => jwk) });
  }

  /** Status and the gateway's code, once the call is recorded. */
  async ask(headers: Record<string, string>): Promise<string> {
    const { portico } = this;
    const before = portico.records.length;
    const response = await fetch(portico.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(chat),
    });
    await response.text();
    await portico.recorded(before + 1);
    return `${response.status} ${portico.records.at(-1)?.error ?? portico.records.at(-1)?.key}`;
  }

  async bearer(text: string | Promise<string>): Promise<string> {
    return this.ask({ authorization: `Bearer ${await text}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#portico?.[Symbol.asyncDispose]();
    await this.upstream[Symbol.asyncDispose]();
    await this.keys[Symbol.asyncDispose]();
  }
}
