// The upstream of the bench: answers chat completions at once, or streams as many events as the model's name says
// (`bench-100-5`: 100 events, one each 5 ms).
import http from 'node:http';

const answer = Buffer.from(
  JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(900) }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 200, total_tokens: 210 },
  }),
);
const chunk = (delta: unknown, finish: string | null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const word = chunk({ content: 'word ' }, null);
const usage = { prompt_tokens: 10, completion_tokens: 100, total_tokens: 110 };
const end = `${chunk({}, 'stop')}data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [], usage })}\n\ndata: [DONE]\n\n`;

http
  .createServer({ keepAliveTimeout: 75_000 }, (req, res) => {
    let head = '';
    req.on('data', (data: Buffer) => {
      if (head.length < 200) head += data.toString('latin1', 0, 200);
    });
    req.on('end', () => {
      const [, events, pace] = /"bench-(\d+)-(\d+)"/.exec(head) ?? [];
      if (!head.includes('"stream":true')) {
        res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
        return res.end(answer);
      }
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      stream(res, Number(events ?? 100), Number(pace ?? 0));
    });
  })
  .listen(Number(process.env.PORT), '127.0.0.1', 4096);

function stream(res: http.ServerResponse, events: number, pace: number): void {
  if (pace === 0) {
    for (let sent = 0; sent < events; sent += 1) res.write(word);
    res.end(end);
    return;
  }
  // The first at once: whoever measures the first byte measures the gateway, and not the pace.
  res.write(word);
  let left = events - 1;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) return void res.write(word);
    clearInterval(timer);
    res.end(end);
  }, pace);
  res.once('close', () => clearInterval(timer));
}
