// Stands in for a vendor's authorization server: answers what a test says at each path, and remembers what it was asked.
import type { IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startLogin } from '../../../src/accounts/login/start-login.ts';
import { load } from '../../../src/config/load.ts';
import type { LoadedLogin, LoadResult } from '../../../src/config/loaded.ts';
import { type Alarm, type Clock, systemClock } from '../../../src/core/index.ts';
import { Upstream } from '../../support/upstream.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Of a form or of JSON. */
  readonly fields: Record<string, unknown>;
}

export interface VendorDouble {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** What was asked last at this path. */
  at(path: string): Asked;
}

/** `answers`: by path, one after the other; the last one stays. */
export async function vendorDouble(
  context: TestContext,
  answers: (url: string) => Readonly<Record<string, readonly object[]>>,
): Promise<VendorDouble> {
  const asked: Asked[] = [];
  const server: Upstream = await Upstream.start((res, seen) => {
    const url = new URL(seen.path, server.url);
    const text = seen.body.toString();
    const isJson = seen.headers['content-type']?.startsWith('application/json') === true;
    const fields = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    asked.push({ path: url.pathname, query: url.searchParams, headers: seen.headers, fields });
    const known = answers(server.url)[url.pathname] ?? [];
    const turn = asked.filter(({ path }) => path === url.pathname).length - 1;
    const answer = known[Math.min(turn, known.length - 1)];
    res.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    res.end(JSON.stringify(answer ?? { error: 'not found' }));
  });
  context.after(() => server[Symbol.asyncDispose]());
  return {
    url: server.url,
    asked,
    at(path) {
      const found = asked.findLast((each) => each.path === path);
      if (found === undefined) throw new Error(`nobody asked ${path}`);
      return found;
    },
  };
}

/** Instances that are nothing but their directories, and what `oauth` says; with the account files of a directory. */
export function loadInstances(
  providers: Readonly<Record<string, object>>,
  env: NodeJS.ProcessEnv = {},
  accounts?: string,
): Promise<LoadResult> {
  const instances = Object.entries(providers).map(([name, oauth]) => ({ name, oauth }));
  const file = `${root}gateway-of-a-test.yaml`;
  const directory = accounts === undefined ? {} : { accounts: { directory: accounts } };
  const text = JSON.stringify({ version: 1, providers: instances, ...directory });
  return load({ file, documents: [{ path: file, text }], env, builtin: root });
}

export async function loginsOf(
  providers: Readonly<Record<string, object>>,
  env: NodeJS.ProcessEnv = {},
): Promise<readonly LoadedLogin[]> {
  const { logins, issues } = await loadInstances(providers, env);
  if (logins === undefined) throw new Error(JSON.stringify(issues));
  return logins;
}

export async function loginOf(use: string, oauth: object): Promise<LoadedLogin> {
  const [login] = await loginsOf({ [use]: oauth });
  if (login === undefined) throw new Error(`there is no login of ${use}`);
  return login;
}

/** The waits of a device flow are over at once; limits are as long as ever. */
const hurried: Clock = {
  now: () => systemClock.now(),
  ticks: () => systemClock.ticks(),
  after(ms, ring): Alarm {
    if (ms > 10_000) return systemClock.after(ms, ring);
    const soon = setImmediate(ring);
    return { restart: () => undefined, cancel: () => clearImmediate(soon) };
  },
};

/** A login whose browser was sent on to the vendor and came back with a code, or whose code was typed in elsewhere. */
export async function signIn(facts: LoadedLogin) {
  const notes: string[] = [];
  const started = await startLogin(facts, { clock: hurried, listen: false, note: (text) => notes.push(text) });
  if ('problem' in started) throw new Error(`${started.problem.message} ${started.problem.remedy}`);
  const { login } = started;
  const parameters = new URL(login.url).searchParams;
  if (login.flow === 'code') {
    const problem = login.paste(`${login.redirectUri}?code=code-0123456789&state=${parameters.get('state')}`);
    if (problem !== undefined) throw new Error(problem.message);
  }
  const outcome = await login.outcome;
  if ('problem' in outcome) throw new Error(`${outcome.problem.code}: ${outcome.problem.message} ${notes.join(' ')}`);
  return { login, parameters, notes, granted: outcome.granted };
}

/** An id token as a vendor signs it; nobody has its keys here. */
export function idToken(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: '1' })}.${part(claims)}.c2ln`;
}
