// Starts what is measured, each on the core it is given, and reads from /proc what it has used. Linux only.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface Start {
  readonly name: string;
  /** Arguments of node. */
  readonly command: (port: number) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cores: string;
}

const pins = availableParallelism() >= 2 && works('taskset', ['-V']);

function works(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The command line of a node that runs on these cores, where they can be chosen. */
export function onCores(cores: string, args: readonly string[]): [string, string[]] {
  return pins ? ['taskset', ['-c', cores, process.execPath, ...args]] : [process.execPath, [...args]];
}

export async function start({ name, command, env = {}, headers = {}, cores }: Start): Promise<Target> {
  const port = await freePort();
  const [file, args] = onCores(cores, command(port));
  const child = spawn(file, args, {
    env: { ...process.env, ...env, PORT: String(port), PORTICO_PORT: String(port) },
    stdio: ['ignore', 'ignore', process.env.BENCH_DEBUG === undefined ? 'ignore' : 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; !(await answers(url)); waited += 50) {
    if (child.exitCode !== null || waited > 30_000) throw new Error(`${name} did not start`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = () =>
    new Promise<void>((resolve) => {
      process.off('exit', kill);
      child.once('exit', () => resolve());
      kill();
    });
  return { name, url, pid: child.pid ?? 0, headers, stop };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** CPU time of a process so far, all its threads, in microseconds. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Resident memory in bytes. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Open sockets of a process. */
export function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
