// `npm run test:clients`: the command-line clients people use, each against models behind each dialect. Prints a table;
// fails when a cell does. Words after it choose cells: `npm run test:clients -- codex gemini tool`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type Client, clients, prepareFolder } from './clients.ts';
import { dialects, key, startGateway } from './gateway.ts';
import { installClients } from './install.ts';
import { judge, type Situation, scriptOf, situations } from './situations.ts';
import { startUpstream, type Upstream } from './upstream.ts';

const atOnce = 2;
const patienceMs = 90_000;

interface Cell {
  readonly client: Client;
  readonly dialect: (typeof dialects)[number];
  readonly situation: Situation;
  readonly model: string;
  readonly folder: string;
}

const chosen = process.argv.slice(2);
const bin = await installClients();
const root = await mkdtemp(join(tmpdir(), 'portico-cells-'));
const cells = clients.flatMap((client) =>
  dialects.flatMap((dialect) =>
    situations.map((situation): Cell => {
      const model = `${client.command}-${dialect}-${situation}`;
      return { client, dialect, situation, model, folder: join(root, model) };
    }),
  ),
);
const byModel = new Map(cells.map((cell) => [cell.model, cell]));
const upstream = await startUpstream((model, nth) => {
  const cell = byModel.get(model);
  return cell === undefined ? {} : scriptOf(cell.situation, cell.client.call(cell.situation, cell.folder), nth);
});
const gateway = await startGateway(upstream.url, cells);
const results = new Map<Cell, string | undefined>();
const queue = cells.filter(({ model }) => chosen.every((word) => model.includes(word)));
await Promise.all(Array.from({ length: atOnce }, work));
await gateway[Symbol.asyncDispose]();
upstream.close();
print();
const failed = [...results.values()].filter((fault) => fault !== undefined).length;
if (failed === 0) await rm(root, { recursive: true, force: true });
else process.stdout.write(`\n${failed} of ${results.size} failed. What the clients said: ${root}/*/output.txt\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
    const fault = await runCell(cell, upstream);
    results.set(cell, fault);
    process.stderr.write(`${cell.model}: ${fault ?? 'ok'}\n`);
  }
}

async function runCell(cell: Cell, { take }: Upstream): Promise<string | undefined> {
  const { client, model, situation, folder } = cell;
  await prepareFolder(folder);
  const { args, env } = await client.start(gateway.url, key, model, situation, folder);
  const { status, output } = await say(client.command, args, env, folder);
  await writeFile(join(folder, 'output.txt'), output);
  const requests = take(model);
  await writeFile(join(folder, 'requests.txt'), requests.join('\n\n'));
  return judge(situation, { status, output, requests });
}

/** Runs a client to its end; one that never ends is stopped. */
function say(command: string, args: readonly string[], env: Readonly<Record<string, string>>, folder: string) {
  const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(join(bin, command), args, {
    cwd: folder,
    env: { PATH: path, HOME: folder, NO_COLOR: '1', TERM: 'dumb', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise<{ readonly status: number | null; readonly output: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, output }));
  });
}

function print(): void {
  const columns = situations.map((situation) => situation.padEnd(9)).join(' ');
  process.stdout.write(`\n${'client'.padEnd(12)} ${'upstream'.padEnd(18)} ${columns}\n`);
  for (const client of clients) {
    for (const dialect of dialects) {
      const row = situations.map((situation) => {
        const cell = cells.find(
          (each) => each.client === client && each.dialect === dialect && each.situation === situation,
        );
        if (cell === undefined || !results.has(cell)) return '-'.padEnd(9);
        return (results.get(cell) === undefined ? 'ok' : 'FAILED').padEnd(9);
      });
      process.stdout.write(`${client.name.padEnd(12)} ${dialect.padEnd(18)} ${row.join(' ')}\n`);
    }
  }
  for (const [{ model }, fault] of results) if (fault !== undefined) process.stdout.write(`${model}: ${fault}\n`);
}
