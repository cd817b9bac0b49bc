// `npm run bench:soak [minutes] [clients] [off]`: one model over four accounts, one of which fails by chance; mixed clients, most of
// them streaming, some leaving midway. Prints what clients saw and whether anything leaked. Fails where a client saw a failure that
// policy could have avoided, an answer broke off in silence, or a slot was not given back.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { memoryOf, socketsOf, start } from '../process.ts';
import { client, type Tally } from './client.ts';

const minutes = Number(process.argv[2] ?? 10);
const clients = Number(process.argv[3] ?? 500);
/** With `off` nothing is put aside: the account that fails is asked as often as the others. */
const aside = process.argv[4] === 'off' ? '\n    cooling: off\n    breaker: { failures: 0 }' : '';
const key = 'sk-soak-0123456789abcdef0123456789abcdef';
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const print = (text: string) => void process.stdout.write(`${text}\n`);
const home = mkdtempSync(join(tmpdir(), 'portico-soak-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

const upstream = await start({ name: 'upstream', command: () => [here('./upstream.ts')], cores: '1' });
const gateway = await startGateway();
while (!existsSync(join(home, 'state', 'run.json'))) await new Promise((resolve) => setTimeout(resolve, 50));
const control = controlOf();
const gate = { origin: gateway.url, key, pool: new Agent({ connections: clients + 50 }) };
const tally: Tally = {
  asked: 0,
  whole: 0,
  left: 0,
  toldBroken: 0,
  brokenInSilence: 0,
  refused: {},
  firstByteMs: [],
};

const end = Date.now() + minutes * 60_000;
const running = Promise.all(
  Array.from({ length: clients }, (_, index) => client(gate, index + 1, () => Date.now() >= end, tally)),
);
const samples: { minute: number; heap: number; rss: number; sockets: number }[] = [];
print('minute   requests   whole   refused   told broken   heap MB   RSS MB   sockets');
const sampling = setInterval(() => void sample().catch((error) => print(String(error))), 30_000);
await running;
clearInterval(sampling);
await sample();
await gate.pool.close();
const leaked = await settled();
report(leaked, (await (await fetch(`${upstream.url}/told`)).json()) as Record<string, number>);

async function startGateway() {
  mkdirSync(home, { recursive: true });
  const account = (name: string) =>
    `      - { name: ${name}, baseUrl: "${upstream.url}/${name}/v1", apiKey: "\${env:KEY}", limits: { concurrency: 400 }, queue: { size: 200, wait: 10s } }`;
  writeFileSync(
    join(home, 'gateway.yaml'),
    `version: 1
listeners: [{ name: api, port: "\${env:PORTICO_PORT}" }]
control: { port: 0, metrics: open }
threads: 2
logging: { outputs: [{ to: file, path: ./requests.log, format: json, kinds: [requests], maxSize: 20 MB, maxFiles: 2 }] }
prices: { models: [{ model: "*", input: 1, output: 2 }] }
keys: [{ name: soak, key: "\${env:KEY}", limits: { requests: 900M/h, tokens: 900M/h, cost: 9000 USD/day, concurrency: 100000 } }]
providers:
  - name: up
    use: openai-compatible
    models: [soak]
    timeouts: { firstByte: 3s }${aside}
    accounts:
${['a', 'b', 'c', 'd'].map(account).join('\n')}
models: [{ name: team, targets: [up/soak] }]
`,
  );
  return start({
    name: 'portico',
    command: () => [
      '--max-semi-space-size=4',
      here('../../bin/portico.js'),
      'serve',
      '--config',
      join(home, 'gateway.yaml'),
    ],
    env: { KEY: key, PORTICO_STATE: join(home, 'state') },
    cores: '0,1',
  });
}

/** Where the control listener is: the state directory says so. */
function controlOf(): { url: string; token: string } {
  const run = JSON.parse(readFileSync(join(home, 'state', 'run.json'), 'utf8')) as {
    control: { host: string; port: number };
  };
  return {
    url: `http://${run.control.host}:${run.control.port}`,
    token: readFileSync(join(home, 'state', 'control-token'), 'utf8').trim(),
  };
}

async function metrics(): Promise<string> {
  return (await fetch(`${control.url}/metrics`, { headers: { authorization: `Bearer ${control.token}` } })).text();
}

function sumOf(text: string, name: RegExp): number {
  const lines = text.split('\n').filter((line) => name.test(line) && !line.startsWith('#'));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

async function sample(): Promise<void> {
  const text = await metrics();
  const minute = minutes - (end - Date.now()) / 60_000;
  const heap = sumOf(text, /^portico_heap_used_bytes/) / 1e6;
  const rss = memoryOf(gateway.pid) / 1e6;
  const sockets = socketsOf(gateway.pid);
  samples.push({ minute, heap, rss, sockets });
  const refused = Object.values(tally.refused).reduce((sum, count) => sum + count, 0);
  const cells = [
    minute.toFixed(1),
    tally.asked,
    tally.whole,
    refused,
    tally.toldBroken,
    heap.toFixed(0),
    rss.toFixed(0),
    sockets,
  ];
  const widths = [6, 11, 8, 10, 14, 10, 9, 10];
  print(cells.map((cell, index) => String(cell).padStart(widths[index] ?? 8)).join(''));
}

/** What is still taken when nobody asks any more; looks again for a while, as the last answers may be on their way. */
async function settled(): Promise<Record<string, number>> {
  let found: Record<string, number> = {};
  for (let look = 0; look < 50; look += 1) {
    const text = await metrics();
    found = {
      'requests in flight': sumOf(text, /^portico_requests_in_flight/),
      'concurrency held': sumOf(text, /^portico_limit_used\{.*kind="concurrency"/),
    };
    if (Object.values(found).every((count) => count === 0)) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return found;
}

/** Least squares over the second half: MB a minute. */
function slope(pick: (sample: (typeof samples)[number]) => number): number {
  const half = samples.slice(Math.floor(samples.length / 2));
  const meanX = half.reduce((sum, { minute }) => sum + minute, 0) / half.length;
  const meanY = half.reduce((sum, one) => sum + pick(one), 0) / half.length;
  const over = half.reduce((sum, one) => sum + (one.minute - meanX) * (pick(one) - meanY), 0);
  return over / half.reduce((sum, { minute }) => sum + (minute - meanX) ** 2, 0);
}

function report(leaked: Record<string, number>, told: Record<string, number>): void {
  const sorted = tally.firstByteMs.toSorted((a, b) => a - b);
  const at = (part: number) => `${(sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(0)} ms`;
  const rows: [string, string][] = [
    ['requests', String(tally.asked)],
    ['answered to the last word', String(tally.whole)],
    ['clients that left', String(tally.left)],
    ['failures the upstream made', JSON.stringify(told)],
    ['of them cut in the middle of a stream', String(told.cut ?? 0)],
    ['clients told of a cut', String(tally.toldBroken)],
    ['refused', JSON.stringify(tally.refused)],
    ['broken in silence', String(tally.brokenInSilence)],
    ['first byte p50 / p99', `${at(0.5)} / ${at(0.99)}`],
    ['left behind', JSON.stringify(leaked)],
    ['heap, second half', `${slope(({ heap }) => heap).toFixed(2)} MB a minute`],
    ['RSS, second half', `${slope(({ rss }) => rss).toFixed(2)} MB a minute`],
  ];
  print('');
  for (const [name, value] of rows) print(`${name.padEnd(40)} ${value}`);
  const bad = Object.keys(tally.refused).length > 0 || tally.brokenInSilence > 0 || tally.toldBroken > (told.cut ?? 0);
  const held = Object.values(leaked).some((count) => count !== 0);
  process.exit(bad || held ? 1 : 0);
}
