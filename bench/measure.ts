// One measurement: load on a target, and what the target used of the CPU meanwhile.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuOf, onCores, type Target } from './process.ts';

export interface Scenario {
  readonly bodyBytes: number;
  readonly connections: number;
  /** Events of the answer, and milliseconds between two of them; not a stream without. */
  readonly stream?: { readonly events: number; readonly every: number };
  /** Requests a second instead of a closed loop. */
  readonly rate?: number;
}

export interface Measured {
  readonly requests: number;
  readonly errors: number;
  /** Requests a second. */
  readonly rate: number;
  /** Microseconds of CPU per request. */
  readonly cpu: number;
  /** Milliseconds to the first byte of the body. */
  readonly p50: number;
  readonly p99: number;
}

/** Chat history of about so many bytes; the model's name tells the upstream what to answer. */
export function bodyOf({ bodyBytes, stream }: Scenario): string {
  const sentence = 'Say in a few words why the cache was "cold", and which of the two requests came first.\n';
  const turns = Math.max(1, Math.round(bodyBytes / 2600));
  const content = sentence.repeat(Math.max(1, Math.round((bodyBytes - 150) / turns / sentence.length)));
  return JSON.stringify({
    model: stream === undefined ? 'bench-1-0' : `bench-${stream.events}-${stream.every}`,
    ...(stream === undefined ? {} : { stream: true, stream_options: { include_usage: true } }),
    messages: Array.from({ length: turns }, (_, turn) => ({ role: turn % 2 === 0 ? 'user' : 'assistant', content })),
  });
}

/** `expected`: bytes of a whole answer. */
export function measure(target: Target, scenario: Scenario, seconds: number, expected = 0): Promise<Measured> {
  const options = {
    expected,
    url: target.url,
    seconds,
    warmup: 1,
    connections: scenario.connections,
    rate: scenario.rate,
    headers: target.headers,
    body: bodyOf(scenario),
  };
  const [file, args] = onCores('1', [fileURLToPath(new URL('./load.ts', import.meta.url)), JSON.stringify(options)]);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let [text, before] = ['', 0];
    child.stdout.on('data', (data: Buffer) => {
      if (before === 0) before = cpuOf(target.pid);
      text += data;
    });
    child.once('close', () => {
      const line = text.split('\n')[1];
      if (line === undefined || line === '') return reject(new Error(`no result for ${target.name}`));
      const result = JSON.parse(line) as Omit<Measured, 'rate' | 'cpu'>;
      const cpu = (cpuOf(target.pid) - before) / result.requests;
      resolve({ ...result, rate: result.requests / seconds, cpu });
    });
  });
}

/** Rounds over all targets, every second one in reverse, after one that does not count. */
export async function compare(
  targets: readonly Target[],
  scenario: Scenario,
  rounds: number,
  seconds: number,
): Promise<Map<string, Measured[]>> {
  const expected = await bytesOf(targets[0] as Target, scenario);
  const results = new Map<string, Measured[]>(targets.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      const measured = await measure(target, scenario, seconds, expected);
      if (round >= 0) results.get(target.name)?.push(measured);
    }
  }
  return results;
}

/** What the first target, which must be above suspicion, answers; a little less, for what others leave out or shorten. */
async function bytesOf({ url, headers }: Target, scenario: Scenario): Promise<number> {
  const body = bodyOf(scenario);
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
  return Math.floor((await answer.arrayBuffer()).byteLength * 0.9);
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

/** Median over the rounds of `own` against `base` in the same round. */
export function ratio(own: readonly Measured[], base: readonly Measured[], pick: (one: Measured) => number): number {
  return median(own.map((one, round) => pick(one) / pick(base[round] as Measured)));
}
