// `npm run bench`: Portico (one data thread, the shipped chain on) and raw-pipe side by side in one run. Prints a table;
// only ratios within a round count, and CPU per request is the steadiest figure. Linux only (/proc).
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 3);
const key = 'sk-bench-0123456789abcdef0123456789abcdef';
const scenarios = {
  'JSON 1 KB': { bodyBytes: 1000, connections: 32 },
  'JSON 100 KB': { bodyBytes: 100_000, connections: 32 },
  'stream, 100 events': { bodyBytes: 1000, connections: 32, stream: 'bench-100-0' },
  'stream, paced 5 ms': { bodyBytes: 1000, connections: 50, stream: 'bench-100-5' },
};

interface Target {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
}

/** CPU time of a process so far, in seconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryOf(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function start(name: string, script: string, env: Record<string, string>, args: string[] = []): Promise<Target> {
  const port = await freePort();
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env, PORT: String(port), PORTICO_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return { name, url, pid: child.pid ?? 0 };
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measure(target: Target, scenario: object) {
  const options = JSON.stringify({ url: target.url, seconds, ...scenario });
  const before = cpuOf(target.pid);
  const { stdout } = await promisify(execFile)(process.execPath, [here('./load.ts'), options], {
    env: { ...process.env, KEY: key },
  });
  const result = JSON.parse(stdout) as { requests: number; errors: number; p50: number; p99: number };
  const cpu = ((cpuOf(target.pid) - before) * 1e6) / result.requests;
  return { ...result, rate: result.requests / seconds, cpu, memory: memoryOf(target.pid) };
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

const home = mkdtempSync(join(tmpdir(), 'portico-bench-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));
const upstream = await start('upstream', here('./upstream.ts'), {});
writeFileSync(
  join(home, 'gateway.yaml'),
  `version: 1
listeners: [{ name: api, port: "\${env:PORTICO_PORT}" }]
control: { port: 0 }
threads: 1
logging: { outputs: [{ to: file, path: ./requests.log, format: json }] }
keys: [{ name: bench, key: "\${env:KEY}" }]
providers:
  - { name: up, use: openai-compatible, baseUrl: "${upstream.url}/v1", models: "*", accounts: [{ name: main, apiKey: "\${env:KEY}" }] }
plugins: [logger, auth, translator, balancer]
`,
);
const targets = [
  await start('raw-pipe', here('./raw-pipe.ts'), { UPSTREAM: upstream.url }),
  await start('portico', here('../src/main.ts'), { KEY: key, PORTICO_STATE: join(home, 'state') }, [
    'serve',
    '--config',
    join(home, 'gateway.yaml'),
  ]),
];
const idle = memoryOf(targets[1]?.pid ?? 0);
process.stdout.write(`idle memory of portico: ${idle} MB\n`);

for (const [name, scenario] of Object.entries(scenarios)) {
  const results = new Map<string, Awaited<ReturnType<typeof measure>>[]>(targets.map((target) => [target.name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      const result = await measure(target, scenario);
      if (round >= 0) results.get(target.name)?.push(result);
    }
  }
  const base = results.get('raw-pipe') ?? [];
  process.stdout.write(`\n${name}\n`);
  for (const [target, own] of results) {
    const ratio = median(own.map((result, round) => result.rate / (base[round]?.rate ?? Number.NaN)));
    const of = (pick: (result: (typeof own)[number]) => number, digits = 0) => median(own.map(pick)).toFixed(digits);
    const errors = own.reduce((sum, result) => sum + result.errors, 0);
    process.stdout.write(
      `  ${target.padEnd(9)} ${of((r) => r.rate).padStart(7)}/s  x${ratio.toFixed(2)}  CPU ${of((r) => r.cpu).padStart(5)} us  ` +
        `p50 ${of((r) => r.p50, 2)} ms  p99 ${of((r) => r.p99, 2)} ms  ${of((r) => r.memory)} MB  errors ${errors}\n`,
    );
  }
}
process.exit(0);
