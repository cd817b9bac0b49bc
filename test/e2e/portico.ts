// A running Portico, started as `portico serve` starts it, with the mock behind it and clients before it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { systemClock } from '../../src/core/index.ts';
import { serve } from '../../src/process/serve.ts';

/** Client keys: one for everything, one for two names only. */
export const key = 'sk-portico-test-0123456789abcdef0123456789';
export const narrowKey = 'sk-portico-narrow-0123456789abcdef01234567';

const configuration = `
version: 1
listeners: [{ name: api, host: 127.0.0.1, port: 0 }]
control: { host: 127.0.0.1, port: 0 }
threads: 1
providers:
  - name: mock
models:
  - { name: alias, targets: [mock/mock-echo] }
  - { name: hopeful, targets: [mock/mock-error-503, mock/mock-echo] }
routes:
  - { name: root, paths: [/] }
  - { name: below, paths: [/team/one] }
keys:
  - { name: sdk, key: ${key} }
  - { name: narrow, key: ${narrowKey}, models: [alias, mock-echo] }
plugins: [auth, translator, balancer]
logging: { level: error }
`;

export interface Portico extends AsyncDisposable {
  readonly url: string;
}

export async function startPortico(text: string = configuration): Promise<Portico> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-'));
  const file = join(directory, 'gateway.yaml');
  await writeFile(file, text);
  const said: string[] = [];
  const running = await serve({
    file,
    stateDirectory: join(directory, 'state'),
    env: {},
    clock: systemClock,
    builtin: fileURLToPath(new URL('../../', import.meta.url)),
    stdout: () => undefined,
    stderr: (line) => void said.push(line),
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${said.join('')}`, { cause: error });
  });
  const [listener] = running.listeners;
  if (listener === undefined) throw new Error('no listener');
  return {
    url: `http://${listener.host}:${listener.port}`,
    async [Symbol.asyncDispose]() {
      await running.stop();
      await rm(directory, { recursive: true });
    },
  };
}

export interface Sdks {
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
  readonly gemini: GoogleGenAI;
}

/** The official SDKs, told nothing but a base URL and a key. */
export function sdksFor(url: string, apiKey: string = key): Sdks {
  return {
    openai: new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 }),
    anthropic: new Anthropic({ apiKey, baseURL: url, maxRetries: 0 }),
    gemini: new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } }),
  };
}

/** Headers of one request that tell the mock what to do. */
export function mocking(script: string): { headers: Record<string, string> } {
  return { headers: { 'x-mock': script } };
}
