// A control listener with logins that do what a test tells them, asked as anybody may ask it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type RequestOptions, request } from 'node:http';
import type { TestContext } from 'node:test';
import type { LoadedControl } from '../../../src/config/loaded.ts';
import { controlApp } from '../../../src/control/app.ts';
import { ControlListener } from '../../../src/control/listener.ts';
import { LogTail } from '../../../src/control/logs/tail.ts';
import { configOf } from '../../process/config.ts';
import { planeOf } from '../plane-of.ts';
import { type Stage, stage } from './fake-login.ts';

export const token = 't'.repeat(43);
export const managementKey = 'management-key-0123';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  readonly body: any;
}

export type Ask = (
  method: string,
  path: string,
  headers?: Record<string, string>,
  body?: unknown,
  from?: string,
) => Promise<Answer>;

export interface ServedLogins extends Stage {
  readonly ask: Ask;
  readonly warnings: string[];
  /** All that was answered so far. */
  readonly told: string[];
  control: LoadedControl;
  port(): number;
}

export async function serveLogins(
  context: TestContext,
  management?: { readonly remote: boolean },
): Promise<ServedLogins> {
  const scene = stage();
  const warnings: string[] = [];
  const told: string[] = [];
  const keyHash = createHash('sha256').update(managementKey).digest('hex');
  const served: ServedLogins = Object.assign(scene, {
    warnings,
    told,
    control: { ...configOf('r1').control, management: management && { keyHash, ...management } },
    port: () => listener.address?.port ?? assert.fail(),
    ask: (async (method, path, headers = {}, body = undefined, from = '127.0.0.1') => {
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
      const port = served.port();
      const answer = await send({ host: '127.0.0.1', port, method, path, headers, localAddress: from }, text);
      told.push(JSON.stringify(answer.headers) + answer.text);
      return answer;
    }) satisfies Ask,
  });
  const plane = {
    ...planeOf(token, new LogTail((line) => line.message)),
    settings: () => served.control,
    logins: () => scene.registry,
  };
  const listener = new ControlListener(
    controlApp(plane, (error) => assert.fail(String(error)), {
      clock: scene.clock,
      say: (text) => warnings.push(text),
    }),
  );
  await listener.prepare({ host: '127.0.0.1', port: 0 });
  listener.commit();
  context.after(() => listener.close());
  return served;
}

function send(options: RequestOptions, text: string | undefined): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const whole = Buffer.concat(chunks).toString();
      const isJson = response.headers['content-type']?.startsWith('application/json') === true;
      const body = isJson ? JSON.parse(whole) : undefined;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: whole, body });
    });
  });
  sent.on('error', reject);
  sent.end(text);
  return promise;
}

export const bearer = { authorization: `Bearer ${token}` };
export const keyed = { authorization: `Bearer ${managementKey}` };
