// The control API as the commands use it. A running gateway leaves run.json and control-token in its state directory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure, messageOf, systemCode } from './failure.ts';

/** A gateway that answered. */
export interface RunningGateway {
  /** As `GET /status` gives it. */
  status(): Promise<Status>;
  /** Throws what the gateway says when it refuses. */
  rollback(revision: string): Promise<{ readonly revision: string }>;
}

export interface Status extends Readonly<Record<string, unknown>> {
  readonly revision: string;
}

const timeoutMs = 30_000;

/** The gateway that runs from this state directory, or undefined. Throws when one is there that does not answer well. */
export async function findRunning(state: string): Promise<RunningGateway | undefined> {
  const base = await readAddress(state);
  if (base === undefined) return undefined;
  const token = await readToken(state);
  if (!(await answers(base))) return undefined;
  return {
    status: async () => asStatus(await request(base, token, 'GET', '/status')),
    rollback: async (revision) => asStatus(await request(base, token, 'POST', '/rollback', { revision })),
  };
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

async function request(base: string, token: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new CommandFailure(`The gateway answered ${response.status}: ${text.trim()}`, remedyFor(response.status));
}

function remedyFor(status: number): string {
  if (status === 401) return 'The token in the state directory is not the one the gateway uses: is control.token set?';
  if (status === 409) return 'Commit the change where the configuration is kept instead.';
  return 'The log of the gateway says more.';
}

function asStatus(answer: unknown): Status {
  if (typeof answer === 'object' && answer !== null && 'revision' in answer && typeof answer.revision === 'string') {
    return { ...answer, revision: answer.revision };
  }
  throw new CommandFailure('The control API gave an answer without a revision.', 'Is another program on its port?');
}
