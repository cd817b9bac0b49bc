// One WebSocket of the Responses API. It remembers its latest response, also one that nobody stores, so that the next
// message need bring only what is new.
import { GatewayError, type Heard, type SessionFacts, type SessionTalk } from '../../../core/index.ts';
import { parseExact } from '../../canonical/numbers.ts';
import { asObject, asString, type JsonObject, parseJson } from '../../json.ts';
import { FinalResponse } from '../state/final.ts';
import { itemsOf, outputOf, ownId } from '../state/items.ts';
import { errorFrame } from './error-frame.ts';
import { wholeAnswer } from './whole-answer.ts';

/** What a response stands on, and what it said. */
interface Remembered {
  readonly id: string;
  /** A response before it, which is not remembered here. */
  readonly base: string | undefined;
  readonly input: readonly unknown[];
  readonly output: readonly unknown[];
  /** The upstream, or the gateway, keeps it. */
  readonly stored: boolean;
}

type Asked = Omit<Remembered, 'id' | 'output'>;

export class Talk implements SessionTalk {
  readonly #facts: SessionFacts;
  #latest: Remembered | undefined;
  #asked: Asked | undefined;
  #final = new FinalResponse();

  constructor(facts: SessionFacts) {
    this.#facts = facts;
  }

  hear(message: string): Heard {
    const { type, stream_id: streamId, generate, background: _, ...wish } = readMessage(message);
    // Said by a client when it has used an answer; nothing here depends on it.
    if (type === 'response.processed') return { kind: 'nothing' };
    if (type !== 'response.create') {
      const said = JSON.stringify(asString(type)?.slice(0, 100) ?? type ?? null);
      throw refused(`Messages here are of the type response.create, not ${said}.`, 'type');
    }
    if (streamId !== undefined && streamId !== null) {
      throw refused('One conversation at a time is held on a connection here. Leave stream_id out.', 'stream_id');
    }
    const body = this.#goOn(wish);
    const base = asString(body.previous_response_id);
    this.#final = new FinalResponse();
    this.#asked = { base, input: itemsOf(body.input), stored: body.store !== false };
    if (generate === false) return { kind: 'answer', frames: this.#warmUp(body) };
    return { kind: 'request', body: JSON.stringify({ ...body, stream: true }) };
  }

  event(data: string): string | undefined {
    // Some upstreams end a stream as another dialect does.
    if (data === '' || data === '[DONE]') return undefined;
    this.#remember(this.#final.hear(data));
    return data;
  }

  answer(
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: string,
  ): readonly string[] {
    const response = status < 300 ? asObject(parseExact(body)) : undefined;
    if (asString(response?.id) === undefined || response === undefined) return [errorFrame(status, headers, body)];
    this.#remember(response);
    return wholeAnswer(response);
  }

  /** The request with what is remembered of the response it goes on from. */
  #goOn(wish: JsonObject): JsonObject {
    const latest = this.#latest;
    if (latest === undefined || wish.previous_response_id !== latest.id) return wish;
    // An upstream that keeps it knows it better; one of the gateway's is as good from here as from the store.
    if (latest.stored && !latest.id.startsWith(ownId)) return wish;
    const { previous_response_id: _, ...rest } = wish;
    const input = [...latest.input, ...replayable(latest), ...itemsOf(wish.input)];
    return { ...rest, input, ...(latest.base === undefined ? {} : { previous_response_id: latest.base }) };
  }

  /** `generate: false` prepares a turn without one: there is nothing to prepare here but the memory. */
  #warmUp(wish: JsonObject): readonly string[] {
    const id = `${ownId}${this.#facts.newId()}`;
    this.#latest = { id, output: [], ...(this.#asked ?? { base: undefined, input: [], stored: false }) };
    return wholeAnswer({
      id,
      object: 'response',
      created_at: Math.floor(this.#facts.now() / 1000),
      status: 'completed',
      error: null,
      incomplete_details: null,
      instructions: wish.instructions ?? null,
      metadata: wish.metadata ?? {},
      model: wish.model ?? '',
      output: [],
      parallel_tool_calls: wish.parallel_tool_calls ?? true,
      previous_response_id: wish.previous_response_id ?? null,
      temperature: wish.temperature ?? null,
      tool_choice: wish.tool_choice ?? 'auto',
      tools: wish.tools ?? [],
      top_p: wish.top_p ?? null,
      usage: {
        input_tokens: 0,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 0,
      },
    });
  }

  #remember(response: JsonObject | undefined): void {
    const id = asString(response?.id);
    if (response === undefined || id === undefined || this.#asked === undefined) return;
    if (response.status === 'failed') return;
    this.#latest = { id, output: outputOf(response), ...this.#asked };
  }
}

function readMessage(message: string): JsonObject {
  const exact = parseExact(message);
  const parsed = asObject(exact);
  if (parsed !== undefined) return parsed;
  if (exact !== undefined) throw refused('The message is not a JSON object.');
  // JSON that cannot be read exactly is nested so deeply that it could not be written again.
  if (parseJson(message) !== undefined) throw new GatewayError('body-too-deep');
  throw refused('The message is not JSON.');
}

function refused(message: string, param?: string): GatewayError {
  return new GatewayError('invalid-request', { message, ...(param === undefined ? {} : { param }) });
}

/**
 * Output as input. Of an upstream's own reasoning only the encrypted content can be sent back where it was not stored: an id
 * alone is unknown to everybody, and what follows such an item then must carry no id either ("was provided without its
 * required 'reasoning' item").
 */
function replayable({ id, output }: Remembered): readonly unknown[] {
  if (id.startsWith(ownId) || !output.some(isHollow)) return output;
  return output
    .filter((item) => !isHollow(item))
    .map((item) => {
      const { id: _, ...rest } = asObject(item) ?? {};
      return rest;
    });
}

function isHollow(item: unknown): boolean {
  const { type, encrypted_content: blob } = asObject(item) ?? {};
  return type === 'reasoning' && typeof blob !== 'string';
}
