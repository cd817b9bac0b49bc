// A stream of the Responses API as the one answer it stands for. The last event has the response; its items may stand only in
// the events before it.
// https://platform.openai.com/docs/api-reference/responses-streaming
import { StringDecoder } from 'node:string_decoder';
import { GatewayError, type Sink, type Source } from 'portico';

interface Event {
  readonly type?: string;
  readonly output_index?: number;
  readonly item?: unknown;
  readonly response?: { readonly output?: readonly unknown[] };
  readonly error?: unknown;
}

const last: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

export class EventsToResponse implements Source, Sink {
  readonly #source: Source;
  readonly #decoder = new StringDecoder();
  readonly #items: unknown[] = [];
  #sink: Sink | undefined;
  #rest = '';
  #whole: unknown;
  #over = false;

  constructor(source: Source) {
    this.#source = source;
  }

  flow(sink: Sink): void {
    this.#sink = sink;
    this.#source.flow(this);
  }

  resume(): void {
    this.#source.resume();
  }

  abort(reason: Error): void {
    this.#source.abort(reason);
  }

  /** Nothing leaves before the end: there is nothing to wait for. */
  data(piece: Buffer): boolean {
    if (this.#over) return true;
    const lines = (this.#rest + this.#decoder.write(piece)).split('\n');
    this.#rest = lines.pop() ?? '';
    try {
      for (const line of lines) this.#read(line);
    } catch (error) {
      this.#break(error instanceof Error ? error : new Error(String(error)));
    }
    return true;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#whole === undefined) {
      const message = 'The upstream ended its stream before the answer was whole.';
      return this.#sink?.fail(new GatewayError('upstream-truncated', { message }));
    }
    this.#sink?.data(Buffer.from(JSON.stringify(this.#whole)));
    this.#sink?.end();
  }

  fail(error: Error): void {
    if (!this.#over) this.#sink?.fail(error);
    this.#over = true;
  }

  /** Each event of this API is one line of data. */
  #read(line: string): void {
    if (!line.startsWith('data:')) return;
    const event = parse(line.slice('data:'.length));
    const { type, response } = event;
    if (type === 'response.output_item.done') this.#items[event.output_index ?? this.#items.length] = event.item;
    if (type === 'error') this.#whole = { error: event.error ?? event };
    if (!last.has(type) || response === undefined) return;
    const items = this.#items.filter((item) => item !== undefined);
    this.#whole = response.output?.length ? response : { ...response, output: items };
  }

  #break(reason: Error): void {
    this.#over = true;
    this.#source.abort(reason);
    this.#sink?.fail(reason);
  }
}

function parse(data: string): Event {
  if (data.trim() === '[DONE]') return {};
  try {
    return Object(JSON.parse(data));
  } catch {
    throw new GatewayError('upstream-invalid', { message: 'An event of the upstream is no JSON.' });
  }
}
