// A desk with one account: its login at a real authorization server, its file, and a keeper with a clock that is moved by hand.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { CredentialKeeper, type CredentialUpdate } from '../../src/accounts/keeper.ts';
import type { CredentialSource, TokenSet } from '../../src/config/loaded.ts';
import type { Clock } from '../../src/core/index.ts';
import { directory } from '../config/directory.ts';
import { HandClock } from '../support/clock.ts';
import { type AuthorizationServer, authorizationServer } from './authorization-server.ts';

export function sourceOf(
  server: Pick<AuthorizationServer, 'tokenUrl' | 'clientId' | 'clientSecret'>,
  file: string,
  tokens: Partial<TokenSet>,
): CredentialSource {
  return {
    provider: 'acme',
    account: 'ada',
    kind: 'oauth',
    names: { email: 'ada@example.com' },
    fingerprint: 'f',
    tokens: { accessToken: undefined, refreshToken: undefined, idToken: undefined, expiresAt: undefined, ...tokens },
    origin: {
      file,
      index: undefined,
      paths: { accessToken: 'access_token', refreshToken: 'refresh_token', expiresAt: 'expired' },
      expiry: 'rfc3339',
    },
    serviceAccount: undefined,
    tokenUrl: server.tokenUrl,
    clientId: server.clientId,
    clientSecret: server.clientSecret,
    clientAuth: 'body',
    body: 'form',
    scopes: [],
    refreshAhead: 300_000,
    egressUrl: undefined,
  };
}

export async function desk(context: TestContext) {
  const server = await authorizationServer(context);
  const home = directory(context);
  const file = join(home, 'ada.json');
  const { accessToken, refreshToken } = await server.login();
  writeFileSync(file, JSON.stringify({ access_token: accessToken, refresh_token: refreshToken, note: 'kept' }), {
    mode: 0o600,
  });
  const clock = new HandClock(Date.now());
  return { server, file, home, clock, accessToken, refreshToken, ...keeperWith(context, clock) };
}

/** What it says and publishes is written down. */
export function keeperWith(context: TestContext, clock: Clock) {
  const published: CredentialUpdate[] = [];
  const said: string[] = [];
  const news: string[] = [];
  const outcomes: string[] = [];
  const keeper = new CredentialKeeper({
    clock,
    random: () => 0,
    say: (level, message) => said.push(`${level} ${message}`),
    publish: (updates) => published.push(...updates),
    onSecrets: () => undefined,
    onStanding: () => undefined,
    onNews: ({ account }) => news.push(account),
    onRefreshed: (_, outcome) => outcomes.push(outcome),
  });
  context.after(() => keeper.close());
  const token = () => published.at(-1)?.credential?.token;
  return { keeper, said, published, news, outcomes, token };
}

export async function until(holds: () => boolean): Promise<void> {
  const limit = AbortSignal.timeout(20_000);
  // What is waited for happens by itself, some of it in this process.
  while (!holds() && !limit.aborted) await new Promise((done) => setTimeout(done, 1));
  assert.ok(holds(), 'it did not come about');
}
