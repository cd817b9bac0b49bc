// The load of the bench: a closed loop of requests over as many connections as it is told, for so many seconds. Prints
// one line of JSON: requests, errors, bytes, and the time to the last byte (p50, p99, in ms).
import { Pool } from 'undici';

const { url, seconds, connections, bodyBytes, stream } = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  seconds: number;
  connections: number;
  bodyBytes: number;
  stream: string | undefined;
};
const pool = new Pool(url, { connections, pipelining: 1 });
const body = JSON.stringify({
  model: stream ?? 'bench-1-0',
  ...(stream === undefined ? {} : { stream: true, stream_options: { include_usage: true } }),
  messages: [{ role: 'user', content: 'lorem ipsum \\"dolor\\" sit amet\\n'.repeat(Math.ceil(bodyBytes / 34)) }],
});
const headers = { 'content-type': 'application/json', authorization: `Bearer ${process.env.KEY}` };
const times: number[] = [];
let [errors, bytes] = [0, 0];
const until = performance.now() + seconds * 1000;

await Promise.all(
  Array.from({ length: connections }, async () => {
    while (performance.now() < until) {
      const start = performance.now();
      const { statusCode, body: answer } = await pool.request({
        path: '/v1/chat/completions',
        method: 'POST',
        headers,
        body,
      });
      for await (const part of answer) bytes += (part as Buffer).length;
      if (statusCode === 200) times.push(performance.now() - start);
      else errors += 1;
    }
  }),
);
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
process.stdout.write(`${JSON.stringify({ requests: times.length, errors, bytes, p50: at(0.5), p99: at(0.99) })}\n`);
await pool.close();
