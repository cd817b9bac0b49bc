// Streams: every byte the upstream sends arrives, however it is cut; usage is asked for where the directory says so;
// a stream that breaks off is told to the client as an error, never as an end.
import { dialects } from '../../dialects/index.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { type Case, requestOf } from './cases.ts';
import type { Answer, Received } from './double.ts';
import { type CheckResult, differs, resultOf, type Wrong } from './result.ts';
import type { Rig } from './rig.ts';

/** Prime, so that the cuts fall anywhere in an event. */
const pieceLength = 37;

export async function checkStream(rig: Rig, tried: Case): Promise<CheckResult[]> {
  const { events } = tried.sample;
  if (tried.stream === 'never' || events === undefined) return [];
  return [
    await checkBytes(rig, tried, events),
    ...(await checkUsage(rig, tried, events)),
    await checkBreak(rig, tried, events, 'clean'),
    await checkBreak(rig, tried, events, 'reset'),
  ];
}

async function checkBytes(rig: Rig, tried: Case, events: readonly string[]): Promise<CheckResult> {
  const text = events.join('');
  rig.double.answerWith(answer(cut(text)));
  const asked = tried.sample.usageEvent === undefined ? {} : { stream_options: { include_usage: true } };
  const { status, body } = await rig.send({ method: 'POST', path: pathOf(tried), body: requestOf(tried, true, asked) });
  return resultOf(`${tried.name}: stream`, differs('the status', 200, status) ?? differs('the stream', text, body));
}

/** The event with the usage goes to the gateway; the client, which did not ask, must not see it. */
async function checkUsage(rig: Rig, tried: Case, events: readonly string[]): Promise<CheckResult[]> {
  const { usageEvent } = tried.sample;
  if (usageEvent === undefined || rig.manifest.dialects[tried.dialect]?.streamUsage !== true) return [];
  let asked: Received | undefined;
  rig.double.answerWith((received) => {
    asked = received;
    return answer([...events.slice(0, -1), usageEvent, ...events.slice(-1)]);
  });
  const { body, record } = await rig.send({ method: 'POST', path: pathOf(tried), body: requestOf(tried, true) });
  const name = `${tried.name}: usage of a stream`;
  if (!/"include_usage":\s*true/.test(asked?.body ?? '')) return [resultOf(name, 'usage was not asked for')];
  const wrong = differs('the stream', events.join(''), body) ?? differs('output tokens', 5, record.usage?.output);
  return [resultOf(name, wrong)];
}

async function checkBreak(
  rig: Rig,
  tried: Case,
  events: readonly string[],
  how: 'clean' | 'reset',
): Promise<CheckResult> {
  const half = events.slice(0, Math.ceil(events.length / 2) + 1).filter((event) => !ends(tried, event));
  rig.double.answerWith({ ...answer(half), breaks: how === 'reset' });
  const { body, record } = await rig.send({ method: 'POST', path: pathOf(tried), body: requestOf(tried, true) });
  const name = `${tried.name}: stream that ${how === 'reset' ? 'breaks' : 'ends too soon'}`;
  return resultOf(name, wrongBreak(tried, body) ?? differs('the outcome on record', 'error', record.outcome));
}

function wrongBreak(tried: Case, body: string): Wrong {
  const meanings = readAll(tried, body);
  if (meanings.some(({ terminal, error }) => terminal && error === undefined)) return 'an end was made up';
  if (!meanings.some(({ error }) => error !== undefined))
    return `no error was told; the stream ends with ${body.slice(-200)}`;
  return undefined;
}

/** Whether an event says that the answer is over. */
function ends(tried: Case, text: string): boolean {
  return readAll(tried, text).some(({ terminal }) => terminal);
}

export function readAll(tried: Pick<Case, 'dialect'>, text: string) {
  const splitter = new EventSplitter();
  const events = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return events.map(({ event, data }) => dialects[tried.dialect].readEvent(event, data));
}

function pathOf(tried: Case): string {
  return tried.stream === 'always' ? `${tried.path}?alt=sse` : tried.path;
}

function answer(pieces: readonly string[]): Answer {
  return { status: 200, type: 'text/event-stream', pieces };
}

function cut(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieceLength) pieces.push(text.slice(at, at + pieceLength));
  return pieces;
}
