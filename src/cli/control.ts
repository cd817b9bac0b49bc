// The control API as the commands use it. A running gateway leaves run.json and control-token in its state directory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refreshed } from '../accounts/credential-status.ts';
import type { ToldLine } from '../control/logs/tail.ts';
import type { AccountName, PortStatus, ProviderModels, Stats, Status } from '../control/plane.ts';
import type { AccountFigures } from '../control/stats/accounts.ts';
import type { Explanation } from '../gateway/explain/explanation.ts';
import type { Probed } from '../gateway/probe/probed.ts';
import { CommandFailure, messageOf, systemCode } from './failure.ts';

/** A gateway that answered. */
export interface RunningGateway {
  status(): Promise<Status>;
  ports(): Promise<readonly PortStatus[]>;
  stats(): Promise<Stats>;
  accounts(): Promise<readonly AccountFigures[]>;
  /** All, or those of one account, or one for one model: how many were taken back. */
  resetAccounts(name: AccountName | undefined): Promise<number>;
  probe(name: AccountName): Promise<Probed>;
  /** New tokens for a credential, now. Throws what the gateway says when there are none. */
  refreshAccount(name: Omit<AccountName, 'model'>): Promise<Refreshed>;
  /** What would become of a request, put as POST /explain takes it. */
  explain(wish: Readonly<Record<string, unknown>>): Promise<Explanation>;
  models(provider: string): Promise<ProviderModels>;
  refreshModels(provider: string): Promise<ProviderModels>;
  logs(query: string): Promise<readonly ToldLine[]>;
  /** Log lines as server-sent events, after the one with the id `seen`. */
  followLogs(query: string, seen: string): Promise<ReadableStream<Uint8Array>>;
  /** Throws what the gateway says when it refuses. */
  rollback(revision: string): Promise<{ readonly revision: string }>;
}

const timeoutMs = 30_000;
/** Another process may refresh it first, then the vendor may take its time. */
const refreshLimitMs = 90_000;

/** The gateway that runs from this state directory, or undefined. Throws when one is there that does not answer well. */
export async function findRunning(state: string): Promise<RunningGateway | undefined> {
  const base = await readAddress(state);
  if (base === undefined) return undefined;
  const token = await readToken(state);
  if (!(await answers(base))) return undefined;
  return {
    status: () => request<Status>(base, token, 'GET', '/status'),
    ports: async () => (await request<{ ports: readonly PortStatus[] }>(base, token, 'GET', '/ports')).ports,
    stats: () => request<Stats>(base, token, 'GET', '/stats'),
    accounts: async () => {
      return (await request<{ accounts: readonly AccountFigures[] }>(base, token, 'GET', '/accounts')).accounts;
    },
    resetAccounts: async (name) => (await request<{ reset: number }>(base, token, 'POST', resetPath(name))).reset,
    probe: ({ provider, account, model }) => {
      const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`;
      const path = `/accounts/${encodeURIComponent(provider)}/${encodeURIComponent(account)}/probe${query}`;
      return request<Probed>(base, token, 'POST', path);
    },
    refreshAccount: ({ provider, account }) => {
      const path = `/accounts/${encodeURIComponent(provider)}/${encodeURIComponent(account)}/refresh`;
      return request<Refreshed>(base, token, 'POST', path, undefined, refreshLimitMs);
    },
    explain: (wish) => request<Explanation>(base, token, 'POST', '/explain', wish),
    models: (provider) => request<ProviderModels>(base, token, 'GET', modelsPath(provider)),
    refreshModels: (provider) => request<ProviderModels>(base, token, 'POST', `${modelsPath(provider)}/refresh`),
    logs: async (query) => (await request<{ lines: readonly ToldLine[] }>(base, token, 'GET', `/logs?${query}`)).lines,
    followLogs: (query, seen) => openStream(`${base}/logs?${query}`, token, seen),
    rollback: (revision) => request<{ revision: string }>(base, token, 'POST', '/rollback', { revision }),
  };
}

function modelsPath(provider: string): string {
  return `/providers/${encodeURIComponent(provider)}/models`;
}

/** Like `findRunning`, for commands that make no sense without one. */
export async function requireRunning(state: string): Promise<RunningGateway> {
  const running = await findRunning(state);
  if (running !== undefined) return running;
  throw new CommandFailure(
    `No gateway runs from ${state}.`,
    'Start one with `portico serve`, or name its state directory with --state.',
  );
}

function resetPath(name: AccountName | undefined): string {
  if (name === undefined) return '/accounts/reset';
  const path = `/accounts/${encodeURIComponent(name.provider)}/${encodeURIComponent(name.account)}/reset`;
  return name.model === undefined ? path : `${path}?model=${encodeURIComponent(name.model)}`;
}

async function readAddress(state: string): Promise<string | undefined> {
  const text = await readOptional(join(state, 'run.json'));
  if (text === undefined) return undefined;
  const run: unknown = JSON.parse(text);
  if (typeof run !== 'object' || run === null || !('control' in run)) return undefined;
  const control = run.control;
  if (typeof control !== 'object' || control === null || !('host' in control) || !('port' in control)) return undefined;
  return `http://${reachable(String(control.host))}:${Number(control.port)}`;
}

/** An address one can connect to: the wildcard addresses are only good for binding. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function readToken(state: string): Promise<string> {
  const token = await readOptional(join(state, 'control-token'));
  return token?.trim() ?? '';
}

async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return undefined;
    throw new CommandFailure(messageOf(thrown), 'Run this as the user the gateway runs as.');
  }
}

/** False when nothing listens there: run.json was left by a gateway that was killed. */
async function answers(base: string): Promise<boolean> {
  try {
    const response = await fetch(`${base}/health/live`, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The answer is trusted to be what control/plane.ts says: gateway and command are of one package. */
async function request<Answer>(
  base: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  limitMs = timeoutMs,
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(limitMs),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Answer;
  throw refusal(response.status, text);
}

async function openStream(url: string, token: string, seen: string): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, 'last-event-id': seen } });
  if (!response.ok || response.body === null) throw refusal(response.status, await response.text());
  return response.body;
}

interface Refused {
  readonly error?: { readonly code?: string; readonly message?: string };
  /** Of a rollback that read-only mode refuses. */
  readonly diff?: string;
}

function refusal(status: number, text: string): CommandFailure {
  const refused = parseRefusal(text);
  const message = refused.error?.message ?? `The control API answered ${status}.`;
  if (refused.diff !== undefined) {
    return new CommandFailure(message, `Commit this where the file is kept:\n\n${refused.diff.trimEnd()}`);
  }
  if (status === 401)
    return new CommandFailure(message, 'Is another gateway, with another state directory, on its port?');
  if (status >= 500) return new CommandFailure(message, 'The log of the gateway says more.');
  if (refused.error?.code === 'cannot-refresh')
    return new CommandFailure(message, '`portico auth login` signs in again.', 3);
  if (refused.error?.code === 'unknown-account') return new CommandFailure(message, '`portico accounts` lists them.');
  return new CommandFailure(message, 'The --help of the command has examples.');
}

function parseRefusal(text: string): Refused {
  try {
    return Object(JSON.parse(text)) as Refused;
  } catch {
    // Not ours: whatever answered, its text would not help.
    return {};
  }
}
