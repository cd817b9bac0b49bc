// The upstream of the soak: four accounts under /a, /b, /c and /d. The first three answer; /d fails by chance (seeded), in
// every way policy can cure, and now and then in the one it cannot: in the middle of a stream. GET /told counts.
import http from 'node:http';
import { chanceOf } from './chance.ts';

const share: readonly (readonly [string, number])[] = [
  ['429', 0.06],
  ['500', 0.06],
  ['503', 0.03],
  ['529', 0.03],
  ['reset', 0.06],
  ['hang', 0.02],
  ['html', 0.02],
  ['empty', 0.02],
  ['cut', 0.03],
];
const chance = chanceOf(7);
const told: Record<string, number> = {};

http
  .createServer({ keepAliveTimeout: 75_000 }, (req, res) => {
    if (req.url === '/told') return void res.end(JSON.stringify(told));
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const failure = req.url?.startsWith('/d/') === true ? drawn() : undefined;
      const streams = Buffer.concat(chunks).includes('"stream":true');
      if (failure === undefined || (failure === 'cut' && !streams))
        return answer(res, streams, Number.POSITIVE_INFINITY);
      told[failure] = (told[failure] ?? 0) + 1;
      if (failure === 'cut') return answer(res, streams, 5);
      fail(res, failure);
    });
  })
  .listen(Number(process.env.PORT), '127.0.0.1', 4096);

function drawn(): string | undefined {
  let left = chance();
  for (const [failure, part] of share) {
    left -= part;
    if (left < 0) return failure;
  }
  return undefined;
}

function fail(res: http.ServerResponse, failure: string): void {
  if (failure === 'reset') return void res.destroy();
  if (failure === 'hang') return;
  if (failure === 'html') return void res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
  if (failure === 'empty') return void res.writeHead(200, { 'content-type': 'text/event-stream' }).end();
  const headers = { 'content-type': 'application/json', ...(failure === '429' ? { 'retry-after': '1' } : {}) };
  res.writeHead(Number(failure), headers).end(JSON.stringify({ error: { message: `soak ${failure}`, type: 'soak' } }));
}

const head = { id: 'chatcmpl-soak', created: 1, model: 'soak' };
const usage = { prompt_tokens: 12, completion_tokens: 15, total_tokens: 27 };
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: unknown, reason: string | null) =>
  event({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] });

/** Fifteen words, one each 60 ms; a stream that is cut breaks off after `cutAfter` of them. */
function answer(res: http.ServerResponse, streams: boolean, cutAfter: number): void {
  const words = Array.from({ length: 15 }, (_, index) => `word${index} `);
  if (!streams) {
    const message = { role: 'assistant', content: words.join('') };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    const text = JSON.stringify({ ...head, object: 'chat.completion', choices, usage });
    const timer = setTimeout(() => res.writeHead(200, { 'content-type': 'application/json' }).end(text), 300);
    return void res.once('close', () => clearTimeout(timer));
  }
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  let sent = 0;
  const timer = setInterval(() => {
    if (sent === cutAfter) return void res.destroy();
    if (sent < words.length) {
      res.write(chunk({ content: words[sent] }, null));
      sent += 1;
      return;
    }
    clearInterval(timer);
    res.write(chunk({}, 'stop'));
    res.write(event({ ...head, object: 'chat.completion.chunk', choices: [], usage }));
    res.end('data: [DONE]\n\n');
  }, 60);
  res.once('close', () => clearInterval(timer));
}
