// `npm run bench`: Portico (one data thread, the shipped chain on) and a bare pipe side by side in one run, row by row
// what docs/performance.md promises. Ratios are medians of the same round; CPU per request is the steadiest figure.
//   npm run bench [rounds] [seconds]          PORTKEY=<directory> adds Portkey (see targets.ts)
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryPerStream, socketsAfterLeaving } from './connections.ts';
import { compare, type Measured, measure, median, ratio, type Scenario } from './measure.ts';
import { memoryOf, type Target } from './process.ts';
import { startPipe, startPortico, startPortkey, startUpstream } from './targets.ts';

const rounds = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 3);
const events = { events: 100, every: 0 };
const small = { bodyBytes: 1000, connections: 32 };
const large = { bodyBytes: 100_000, connections: 32 };
const scenarios: readonly (readonly [string, Scenario])[] = [
  ['JSON, 1 KB', small],
  ['JSON, 100 KB', large],
  ['100 events, 1 KB', { ...small, stream: events }],
  ['100 events, 100 KB', { ...large, stream: events }],
  ['paced, event each 5 ms', { ...small, connections: 50, stream: { events: 100, every: 5 } }],
];

const print = (text: string) => void process.stdout.write(`${text}\n`);
const home = mkdtempSync(join(tmpdir(), 'portico-bench-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

const upstream = await startUpstream();
// The second start is the usual one: compiled code has been kept.
await (await startPortico(upstream, join(home, 'one'))).stop();
const portico = await startPortico(upstream, join(home, 'one'));
await new Promise((resolve) => setTimeout(resolve, 5000));
print(`idle: ${megabytes(memoryOf(portico.pid))} MB with one data thread\n`);
const pipe = await startPipe(upstream);
const portkey = process.env.PORTKEY === undefined ? undefined : await startPortkey(upstream, process.env.PORTKEY);
const targets = [pipe, portico, ...(portkey === undefined ? [] : [portkey])];

print(
  '                          target      requests/s   against raw-pipe   CPU us/request   raw-pipe CPU / own   errors',
);
for (const [name, scenario] of scenarios) await printComparison(name, scenario);
await printFirstByte();
await printThreads();
for (const target of [pipe, portico])
  await printConnections(target).catch((error) => print(`${target.name}: ${error}`));
process.exit(0);

async function printComparison(name: string, scenario: Scenario): Promise<void> {
  const results = await compare(targets, scenario, rounds, seconds);
  const base = results.get('raw-pipe') as Measured[];
  for (const [target, own] of results) {
    const rate = ratio(own, base, (one) => one.rate);
    const cpu = 1 / ratio(own, base, (one) => one.cpu);
    const errors = own.reduce((sum, one) => sum + one.errors, 0);
    const cells = [
      name.padEnd(25),
      target.padEnd(10),
      Math.round(median(own.map((one) => one.rate)))
        .toString()
        .padStart(11),
      `x${rate.toFixed(2)}`.padStart(18),
      median(own.map((one) => one.cpu))
        .toFixed(0)
        .padStart(16),
      `x${cpu.toFixed(2)}`.padStart(20),
      String(errors).padStart(8),
    ];
    print(cells.join(' '));
  }
}

async function printConnections(target: Target): Promise<void> {
  const memory = await memoryPerStream(target, 5000);
  print(`${target.name}: ${(memory / 1024).toFixed(1)} KB for each of 5,000 open streams`);
  const sockets = await socketsAfterLeaving(target, 10_000);
  print(`${target.name}: ${sockets} sockets more after 10,000 clients left mid-stream`);
}

/** What a gateway adds to the time of the first byte: its own less that of the upstream asked straight. */
async function printFirstByte(): Promise<void> {
  const scenario = { ...small, rate: 100, stream: { events: 10, every: 5 } };
  const results = await compare([upstream, pipe, portico], scenario, rounds, seconds);
  const of = (target: Target, pick: (one: Measured) => number) => median((results.get(target.name) ?? []).map(pick));
  for (const [name, pick] of [
    ['p50', (one: Measured) => one.p50],
    ['p99', (one: Measured) => one.p99],
  ] as const) {
    const [straight, piped, own] = [of(upstream, pick), of(pipe, pick), of(portico, pick)];
    const added = `raw-pipe ${(piped - straight).toFixed(2)} ms, portico ${(own - straight).toFixed(2)} ms`;
    print(`added first byte ${name}: ${added}, x${((own - straight) / (piped - straight)).toFixed(2)}`);
  }
}

/** CPU per request with two data threads on two cores, which load and upstream share too. */
async function printThreads(): Promise<void> {
  const one = await startPortico(upstream, join(home, 'wide-1'), 1, '0,1');
  const two = await startPortico(upstream, join(home, 'wide-2'), 2, '0,1');
  await measure(two, small, seconds);
  const results = await compare([one, { ...two, name: 'two' }], small, rounds, seconds);
  const own = results.get('two') as Measured[];
  const cpu = ratio(own, results.get('portico') as Measured[], ({ cpu }) => cpu);
  print(`two data threads against one: CPU per request x${cpu.toFixed(2)}`);
  await Promise.all([one.stop(), two.stop()]);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
