// A place where accounts are signed in to by the real command in a process of its own: a vendor with a real authorization server,
// whose API takes only tokens that are good there, and a gateway before it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type AuthorizationServer, authorizationServer } from '../accounts/authorization-server.ts';
import { gatewayYaml, Workplace } from '../process/running.ts';
import { Upstream } from '../support/upstream.ts';
import { builtin } from './home.ts';

export interface Vendor {
  readonly server: AuthorizationServer;
  readonly upstream: Upstream;
  readonly workplace: Workplace;
  /** What the processes are given. */
  readonly env: NodeJS.ProcessEnv;
}

const answer = JSON.stringify({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

export async function vendor(t: TestContext, more: Readonly<Record<string, unknown>> = {}): Promise<Vendor> {
  const server = await authorizationServer(t);
  const upstream = await Upstream.start(async (response, { headers }) => {
    const good = await server.isGood(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
    response.writeHead(good ? 200 : 401, { 'content-type': 'application/json' });
    response.end(good ? answer : '{"error":{"message":"expired","type":"authentication_error"}}');
  });
  t.after(() => upstream[Symbol.asyncDispose]());
  const workplace = await Workplace.make();
  t.after(() => workplace.remove());
  const { clientId, authorizeUrl, tokenUrl, deviceUrl, revokeUrl, userinfoUrl } = server;
  const oauth = { clientId, clientSecret: '${env:DESK_SECRET}', scopes: ['openid', 'offline_access', 'email'] };
  const endpoints = { authorizeUrl, tokenUrl, deviceUrl, revokeUrl, userinfoUrl };
  const providers = [
    {
      name: 'desk',
      use: 'openai-compatible',
      baseUrl: `${upstream.url}/v1`,
      models: ['mock-echo'],
      oauth: { ...oauth, ...endpoints },
    },
  ];
  const accounts = { directory: './accounts' };
  await workplace.write('gateway.yaml', gatewayYaml({ providers, accounts, threads: 1, ...more }));
  await workplace.write('accounts/.keep', '');
  return { server, upstream, workplace, env: { PATH: process.env.PATH, DESK_SECRET: server.clientSecret } };
}

export interface Typed {
  readonly child: ChildProcess;
  /** The next line on standard output. */
  line(): Promise<string>;
  /** Something on standard input. */
  say(text: string): void;
  /** All it has said so far. */
  said(): string;
  /** When it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string; readonly error: string }>;
}

export interface TypedOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Another user, where this one may choose. */
  readonly uid?: number | undefined;
}

/** `portico <words>` in a process of its own, without a terminal. */
export function typed(t: TestContext, words: readonly string[], { cwd, env, uid }: TypedOptions): Typed {
  const who = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [join(builtin, 'bin/portico.js'), ...words], { cwd, env, ...who });
  t.after(() => child.kill('SIGKILL'));
  const said = { out: '', error: '' };
  child.stderr.on('data', (text) => {
    said.error += text;
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    said.out += `${line}\n`;
  });
  const reading = lines[Symbol.asyncIterator]();
  return {
    child,
    async line() {
      const { value, done } = await reading.next();
      return done ? assert.fail(`it ended without another line:\n${said.out}${said.error}`) : String(value);
    },
    said: () => said.out + said.error,
    say: (text) => void child.stdin.write(text),
    ended: once(child, 'close').then(([code]) => ({ code, ...said })),
  };
}
