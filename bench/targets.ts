// What is measured: a bare pipe, Portico with the shipped chain on, and, where it is installed, Portkey.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Start, start, type Target } from './process.ts';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const key = 'sk-bench-0123456789abcdef0123456789abcdef';
const authorization = `Bearer ${key}`;

export const startUpstream = (): Promise<Target> =>
  start({ name: 'upstream', command: () => [here('./upstream.ts')], cores: '1' });

export const startPipe = (upstream: Target): Promise<Target> =>
  start({ name: 'raw-pipe', command: () => [here('./raw-pipe.ts')], env: { UPSTREAM: upstream.url }, cores: '0' });

/** All that a team would switch on. Limits nobody reaches: what they cost is in. */
export function startPortico(upstream: Target, home: string, threads = 1, cores = '0'): Promise<Target> {
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'gateway.yaml'),
    `version: 1
listeners: [{ name: api, port: "\${env:PORTICO_PORT}" }]
control: { port: 0 }
threads: ${threads}
logging: { outputs: [{ to: file, path: ./requests.log, format: json }] }
keys: [{ name: bench, key: "\${env:KEY}", limits: { requests: 900M/h, concurrency: 100000 } }]
providers:
  - { name: up, use: openai-compatible, baseUrl: "${upstream.url}/v1", models: "*", accounts: [{ name: main, apiKey: "\${env:KEY}" }] }
plugins:
  - logger
  - auth
  - client-filter: { mode: strict, custom: [{ name: bench, rules: [{ type: user-agent, pattern: "^bench/" }, { type: header, field: content-type, pattern: json }] }] }
  - rate-limit
  - translator
  - balancer
`,
  );
  const options: Start = {
    name: 'portico',
    command: () => [
      '--max-semi-space-size=4',
      here('../bin/portico.js'),
      'serve',
      '--config',
      join(home, 'gateway.yaml'),
    ],
    env: { KEY: key, PORTICO_STATE: join(home, 'state') },
    headers: { authorization, 'user-agent': 'bench/1' },
    cores,
  };
  return start(options);
}

/** `directory`: where `@portkey-ai/gateway` is installed, with `@hono/node-server` overridden by 1.13.8 (its streams fail with a newer one). */
export function startPortkey(upstream: Target, directory: string): Promise<Target> {
  const script = join(directory, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  return start({
    name: 'portkey',
    command: (port) => [script, `--port=${port}`, '--headless'],
    headers: { authorization, 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1` },
    cores: '0',
  });
}
