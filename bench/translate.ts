// What translation costs: `npm run bench:translate`. For each pair of dialects the median time of one stream event from
// its bytes to the other dialect's bytes, and of one request of 100 KB from bytes to bytes. Compare times of one run only;
// the row `parse` is what JSON.parse and JSON.stringify alone take of the same.
import { performance } from 'node:perf_hooks';
import type { Conversation, Delta, DialectName, JsonObject, ReplyFacts } from '../src/core/index.ts';
import { Dropped } from '../src/dialects/canonical/notes.ts';
import { codecs } from '../src/dialects/codecs.ts';
import { EventSplitter } from '../src/dialects/sse.ts';
import { StreamTranslation } from '../src/gateway/translate/translate-answer.ts';
import { callerCodec, translateRequest } from '../src/gateway/translate/translate-request.ts';

const dialects = Object.keys(codecs) as DialectName[];
const rounds = 200;
const events = 200;

const sentence = 'Say in a few words why the cache was "cold", and which of the two requests came first.\n';
const conversation: Conversation = {
  model: 'bench',
  stream: true,
  turns: Array.from({ length: 38 }, (_, turn) => ({
    role: turn % 2 === 0 ? 'user' : 'assistant',
    parts: [{ kind: 'text', text: sentence.repeat(29) }],
  })).concat([{ role: 'user', parts: [{ kind: 'text', text: 'And now?' }] }]) as Conversation['turns'],
  tools: Array.from({ length: 10 }, (_, tool) => ({
    kind: 'function',
    name: `tool_${tool}`,
    description: sentence,
    parameters: { type: 'object', properties: { path: { type: 'string', description: 'Where.' } }, required: ['path'] },
  })),
  maxOutputTokens: 4096,
};
const reply: ReplyFacts = {
  callId: '01bench',
  model: 'bench',
  now: 1_790_000_000,
  conversation,
  estimateInput: () => 100,
  lost: () => undefined,
};

function destinationOf(to: DialectName) {
  return { model: 'bench', stream: true, origin: `${to}/bench`, facts: {} };
}

/** The conversation as a client of this dialect sends it. */
function requestIn(dialect: DialectName): Buffer {
  const { chat } = codecs[dialect];
  const body = chat.encodeRequest(conversation, { ...destinationOf(dialect), notes: new Dropped(chat.words) });
  return Buffer.from(JSON.stringify(body));
}

/** A stream of many words, as an upstream of this dialect sends it. */
function streamIn(dialect: DialectName): Buffer[] {
  const place = { candidate: 0, index: 0 };
  const usage = { input: 100, output: events, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };
  const deltas: Delta[] = [
    { type: 'answer-start', id: 'answer', model: 'bench', created: reply.now },
    { type: 'part-start', ...place, part: { kind: 'text', text: '' } },
    ...Array.from({ length: events }, (_, at): Delta => ({ type: 'part-delta', ...place, text: ` word ${at}` })),
    { type: 'part-end', ...place },
    { type: 'finish', candidate: 0, finish: { reason: 'end' } },
    { type: 'answer-end', usage },
  ];
  const encoder = codecs[dialect].chat.encodeStream(reply);
  return deltas.map((delta) => Buffer.from(encoder.delta(delta))).filter(({ length }) => length > 0);
}

/** Microseconds of one event. */
function eventCost(from: DialectName, to: DialectName): number {
  const chunks = streamIn(from);
  return median(() => {
    const codec = callerCodec({ dialect: to, operation: 'chat' });
    const way = { from, origin: `${from}/bench`, to, codec, undo: new Map(), reply };
    const translation = new StreamTranslation(way);
    const splitter = new EventSplitter();
    let bytes = 0;
    const started = performance.now();
    for (const chunk of chunks) {
      for (const { event, data } of splitter.push(chunk)) bytes += Buffer.from(translation.event(event, data)).length;
    }
    bytes += translation.end().length;
    const took = performance.now() - started;
    if (!translation.ended || bytes === 0) throw new Error(`${from} -> ${to}: the stream did not end`);
    return (took * 1000) / chunks.length;
  });
}

/** Milliseconds of one request. */
function requestCost(from: DialectName, to: DialectName): number {
  const bytes = requestIn(from);
  return median(() => {
    const started = performance.now();
    const body = JSON.parse(bytes.toString()) as JsonObject;
    const lane = { dialect: to, operation: 'chat' } as const;
    const asked = { model: 'bench', stream: true };
    const said = translateRequest({
      from: { ...lane, dialect: from },
      to: lane,
      body,
      asked,
      destination: destinationOf(to),
    });
    Buffer.from(JSON.stringify(said.body));
    return performance.now() - started;
  });
}

function parseCost(from: DialectName): number {
  const bytes = requestIn(from);
  return median(() => {
    const started = performance.now();
    Buffer.from(JSON.stringify(JSON.parse(bytes.toString())));
    return performance.now() - started;
  });
}

function median(once: () => number): number {
  const taken = Array.from({ length: rounds }, once).sort((a, b) => a - b);
  return taken[Math.floor(rounds / 2)] as number;
}

function row(name: string, cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(20)} ${cells.map((cell) => cell.padStart(18)).join(' ')}\n`);
}

row('event, us', dialects);
for (const from of dialects) {
  row(
    from,
    dialects.map((to) => (from === to ? '-' : eventCost(from, to).toFixed(2))),
  );
}
process.stdout.write('\n');
row('request 100 KB, ms', dialects);
for (const from of dialects) {
  row(
    from,
    dialects.map((to) => (from === to ? '-' : requestCost(from, to).toFixed(2))),
  );
}
row(
  'parse',
  dialects.map((from) => parseCost(from).toFixed(2)),
);
