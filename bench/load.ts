// The load: a closed loop over so many connections, or with `rate` an open loop of so many requests a second. Prints one
// line of JSON. `first` is the time to the first byte of the body, in ms; in an open loop from when it was due.
import { Agent } from 'undici';

interface Options {
  readonly url: string;
  readonly seconds: number;
  readonly warmup: number;
  readonly connections: number;
  readonly rate?: number;
  readonly body: string;
  readonly headers: Record<string, string>;
  /** Bytes of a whole answer: fewer are an error. */
  readonly expected: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as Options;
const agent = new Agent({ connections: options.rate === undefined ? options.connections : 512, pipelining: 1 });
const headers = { 'content-type': 'application/json', ...options.headers };
const first: number[] = [];
let [requests, errors, counting] = [0, 0, false];

function ask(due: number): Promise<void> {
  return new Promise((resolve) => {
    let [status, seen, bytes] = [0, false, 0];
    const done = () => {
      if (counting && status === 200 && bytes >= options.expected) requests += 1;
      else if (counting) errors += 1;
      resolve();
    };
    agent.dispatch(
      { origin: options.url, path: '/v1/chat/completions', method: 'POST', headers, body: options.body },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, code) => {
          status = code;
        },
        onResponseData: (_controller, chunk) => {
          bytes += chunk.length;
          if (counting && !seen) first.push(performance.now() - due);
          seen = true;
        },
        onResponseEnd: done,
        onResponseError: () => {
          status = 0;
          done();
        },
      },
    );
  });
}

async function closedLoop(until: number): Promise<void> {
  const one = async () => {
    while (performance.now() < until) await ask(performance.now());
  };
  await Promise.all(Array.from({ length: options.connections }, one));
}

async function openLoop(rate: number, until: number): Promise<void> {
  const running: Promise<void>[] = [];
  for (let due = performance.now(); due < until; due += 1000 / rate) {
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    running.push(ask(performance.now()));
  }
  await Promise.all(running);
}

const from = performance.now() + options.warmup * 1000;
setTimeout(() => {
  counting = true;
  // Who measures CPU time begins to count here.
  process.stdout.write('counting\n');
}, options.warmup * 1000);
const until = from + options.seconds * 1000;
if (options.rate === undefined) await closedLoop(until);
else await openLoop(options.rate, until);
counting = false;
first.sort((a, b) => a - b);
const at = (share: number) => first[Math.floor(first.length * share)] ?? Number.NaN;
process.stdout.write(`${JSON.stringify({ requests, errors, p50: at(0.5), p99: at(0.99) })}\n`);
process.exit(0);
