// Logins that do what a test tells them, and a control API that has them.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Login, LoginOptions, LoginOutcome, LoginProblem } from '../../../src/accounts/login/login.ts';
import type { LoadedLogin, TokenSet } from '../../../src/config/loaded.ts';
import type { KeptAccount, Nowhere } from '../../../src/control/logins/logins.ts';
import { LoginRegistry } from '../../../src/control/logins/registry.ts';
import { HandClock } from '../../support/clock.ts';

export const tokens: TokenSet = {
  accessToken: 'access-token-never-shown',
  refreshToken: 'refresh-token-never-shown',
  idToken: 'id-token-never-shown',
  expiresAt: 1_700_000_900_000,
};
export const clientSecret = 'client-secret-never-shown';
export const apiKey = 'api-key-never-shown';
/** None of these may stand in an answer or in the log. */
export const secrets = [clientSecret, apiKey, ...Object.values(tokens).filter((each) => typeof each === 'string')];

export function factsOf(provider: string, changes: Partial<LoadedLogin> = {}): LoadedLogin {
  return {
    provider,
    use: provider,
    title: `The ${provider} service`,
    clientId: 'client-1',
    clientSecret,
    clientAuth: 'body',
    body: 'form',
    register: 'Register an application.',
    issuer: undefined,
    authorizeUrl: 'https://vendor.example/authorize',
    tokenUrl: 'https://vendor.example/token',
    deviceUrl: undefined,
    revokeUrl: undefined,
    userinfoUrl: undefined,
    flows: ['code'],
    scopes: [],
    pkce: true,
    devicePkce: false,
    callback: { host: 'localhost', port: 8085, path: '/oauth2callback', registeredPort: undefined },
    authorizeParameters: {},
    tokenParameters: {},
    deviceParameters: {},
    fields: {},
    exchanged: false,
    egressUrl: undefined,
    ...changes,
  };
}

/** A login under way, and the ways it may end. */
export interface Driven {
  readonly login: Login;
  readonly options: LoginOptions;
  readonly facts: LoadedLogin;
  readonly pasted: string[];
  end(outcome: LoginOutcome): void;
  /** What a callback that fits leads to. */
  answer: LoginOutcome | undefined;
}

export const problem: LoginProblem = { code: 'denied', message: 'Consent was refused.', remedy: 'Sign in again.' };
export const granted = { granted: { tokens, fields: { apiKey, email: 'ada@example.com', plan: 'pro' } } };

export interface Stage {
  readonly clock: HandClock;
  readonly registry: LoginRegistry;
  readonly driven: Driven[];
  readonly said: string[];
  readonly kept: { readonly provider: string; readonly account: string | undefined; readonly facts: LoadedLogin }[];
  facts: LoadedLogin[];
  /** Why the next login cannot begin. */
  refused: LoginProblem | undefined;
  /** As long as it wants to listen. */
  refusedListening: LoginProblem | undefined;
  nowhere: Nowhere | undefined;
  keep(account: string | undefined): Promise<KeptAccount>;
}

export function keptOf(account = 'ada'): KeptAccount {
  const file = `/accounts/${account}.json`;
  return { account, outcome: 'added', email: 'ada@example.com', plan: 'pro', before: undefined, file, served: true };
}

export function stage(): Stage {
  const clock = new HandClock();
  const driven: Driven[] = [];
  const said: string[] = [];
  const kept: Stage['kept'][number][] = [];
  const made: Stage = {
    clock,
    driven,
    said,
    kept,
    facts: [factsOf('acme'), factsOf('other', { flows: ['device', 'code'] })],
    refused: undefined,
    refusedListening: undefined,
    nowhere: undefined,
    keep: async (account) => keptOf(account),
    registry: new LoginRegistry({
      clock,
      start: async (facts, options) => {
        const refused = made.refused ?? (options.listen ? made.refusedListening : undefined);
        if (refused !== undefined) return { problem: refused };
        const started = drive(facts, options, clock.now());
        driven.push(started);
        return { login: started.login };
      },
      facts: () => made.facts,
      whyNot: () => made.nowhere,
      keep: (_, facts, account) => {
        kept.push({ provider: facts.provider, account, facts });
        return made.keep(account);
      },
      clean: (text) => secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text),
      say: (level, message) => said.push(`${level} ${message}`),
    }),
  };
  return made;
}

/** A login whose callback leads to this. */
export function answers({ driven }: Stage, outcome: LoginOutcome): void {
  const last = driven.at(-1) ?? assert.fail('no login was begun');
  last.answer = outcome;
}

function drive(facts: LoadedLogin, options: LoginOptions, now: number): Driven {
  const id = randomBytes(32).toString('base64url');
  const { promise: outcome, resolve: end } = Promise.withResolvers<LoginOutcome>();
  const pasted: string[] = [];
  const flow = options.flow ?? facts.flows[0] ?? assert.fail('no flow');
  const code = flow === 'code';
  const login: Login = {
    id,
    facts,
    flow,
    url: `https://vendor.example/authorize?state=${id}`,
    userCode: code ? undefined : 'ABCD-EFGH',
    verificationUrl: code ? undefined : 'https://vendor.example/device',
    redirectUri: code ? 'http://localhost:8085/oauth2callback' : undefined,
    listening: code && options.listen ? { host: '127.0.0.1', port: options.callbackPort ?? 8085 } : undefined,
    expiresAt: now + 300_000,
    outcome,
    paste: (callback) => {
      pasted.push(callback);
      const state = new URL(callback, 'http://localhost').searchParams.get('state');
      if (state === id) {
        if (driven.answer !== undefined) end(driven.answer);
        return undefined;
      }
      return {
        code: 'state-mismatch',
        message: `Another login's, by ${clientSecret}.`,
        remedy: 'Paste the right one.',
      };
    },
    cancel: () => end({ problem: { code: 'cancelled', message: 'It was cancelled.', remedy: 'Sign in again.' } }),
  };
  const driven: Driven = { login, options, facts, pasted, end, answer: undefined };
  return driven;
}
