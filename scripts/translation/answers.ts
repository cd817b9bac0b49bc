// Leads pieces of an answer from an upstream's dialect into the client's, and says what became of them.
import { isDeepStrictEqual } from 'node:util';
import type { Answer, Candidate, Conversation, DialectName, Finish, FinishReason, Part } from '../../src/core/index.ts';
import { carryAnswer } from '../../src/dialects/canonical/carry.ts';
import { codecs } from '../../src/dialects/codecs.ts';
import type { Fate } from './requests.ts';

export interface AnswerSample {
  readonly label: string;
  readonly parts: readonly Part[];
  read(parts: readonly Part[]): unknown;
  /** By the client's dialect: how it is said there, where that is something else. */
  readonly how?: Partial<Record<DialectName, string>>;
}

const asked: Conversation = { model: 'm', stream: false, turns: [], tools: [] };
const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0, cacheWrite1h: 0, reasoning: 0 };

function of(kind: Part['kind'], read: (part: Part) => unknown) {
  return (parts: readonly Part[]) => parts.filter((part) => part.kind === kind).map(read)[0];
}

const text = (part: Part) => ('text' in part ? part.text : undefined);
const cited = { url: 'https://example.com', title: 'Example', start: 0, end: 5 };
const place = (citations: readonly { url?: string }[] | undefined) => citations?.map(({ url }) => url);

export const answerSamples: readonly AnswerSample[] = [
  { label: 'text', parts: [{ kind: 'text', text: 'Hello' }], read: of('text', text) },
  {
    label: 'tool calls',
    parts: [{ kind: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' }],
    read: of('tool-call', (part) => (part.kind === 'tool-call' ? [part.name, part.arguments] : undefined)),
  },
  {
    label: 'reasoning',
    parts: [
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Hello' },
    ],
    read: of('reasoning', text),
  },
  {
    label: 'a refusal in words',
    how: { 'anthropic-messages': 'as text', gemini: 'as text' },
    parts: [{ kind: 'refusal', text: 'No.' }],
    read: of('refusal', text),
  },
  {
    label: 'citations of web pages',
    parts: [{ kind: 'text', text: 'Hello', citations: [cited] }],
    read: of('text', (part) => (part.kind === 'text' ? place(part.citations) : undefined)),
  },
  {
    label: 'log probabilities',
    parts: [
      { kind: 'text', text: 'Hello', logprobs: [{ token: 'Hello', logprob: -0.1, bytes: null, top_logprobs: [] }] },
    ],
    read: of('text', (part) =>
      part.kind === 'text' && part.logprobs !== undefined ? part.logprobs.length : undefined,
    ),
  },
  {
    label: 'web search that the vendor ran',
    parts: [
      { kind: 'search', id: 'ws_1', queries: ['oslo'], results: [] },
      { kind: 'text', text: 'Hello' },
    ],
    read: of('search', (part) => (part.kind === 'search' ? part.queries : undefined)),
  },
  {
    label: 'an image the model made',
    how: { 'openai-responses': 'as an item of image generation' },
    parts: [{ kind: 'media', media: 'image', source: { type: 'data', mimeType: 'image/png', base64: 'iVBORw0KGgo=' } }],
    read: of('media', (part) => (part.kind === 'media' ? part.media : undefined)),
  },
];

export function answerFate(sample: AnswerSample, upstream: DialectName, client: DialectName): Fate {
  const given = heard(tell(answerOf(sample.parts, { reason: 'end' }), upstream, []), upstream);
  if (!isDeepStrictEqual(seen(sample, given), seen(sample, sample.parts))) return { kind: 'unsaid' };
  const lost: string[] = [];
  const after = seen(sample, heard(tell(answerOf(given, { reason: 'end' }), client, lost), client));
  if (isDeepStrictEqual(after, seen(sample, sample.parts))) return { kind: 'kept' };
  if (after === undefined) return { kind: lost.length > 0 ? 'dropped' : 'left-out' };
  return { kind: 'changed', into: after };
}

function seen(sample: AnswerSample, parts: readonly Part[]): unknown {
  const found = sample.read(parts);
  return found === undefined ? undefined : JSON.parse(JSON.stringify(found));
}

/** The dialect's own word for why an answer ended. */
export function finishWord(reason: FinishReason, dialect: DialectName): string | undefined {
  const parts: Part[] = partsFor(reason);
  const finish: Finish = { reason, ...(reason === 'stop-string' ? { stopString: 'END' } : {}) };
  return first(tell(answerOf(parts, finish), dialect, []), dialect)?.finish.raw;
}

/** The kind of answer that ends so. */
function partsFor(reason: FinishReason): Part[] {
  if (reason === 'tool') return [{ kind: 'tool-call', id: 'call_1', name: 'f', arguments: '{}' }];
  if (reason === 'refusal') return [{ kind: 'refusal', text: 'No.' }];
  return [{ kind: 'text', text: 'Hello' }];
}

function answerOf(parts: readonly Part[], finish: Finish): Answer {
  return { id: 'a', model: 'm', created: 0, candidates: [{ index: 0, parts, finish }], usage };
}

function tell(answer: Answer, dialect: DialectName, lost: string[]) {
  const { chat } = codecs[dialect];
  return chat.encodeAnswer(carryAnswer(answer, chat.traits), {
    callId: '00000000000000000000000000',
    model: 'm',
    now: 0,
    conversation: asked,
    estimateInput: () => 10,
    lost: (what) => void lost.push(what),
  });
}

function first(body: ReturnType<typeof tell>, dialect: DialectName): Candidate | undefined {
  return codecs[dialect].chat.decodeAnswer(body, { origin: `${dialect}/vendor` }).candidates[0];
}

function heard(body: ReturnType<typeof tell>, dialect: DialectName): readonly Part[] {
  return first(body, dialect)?.parts ?? [];
}
