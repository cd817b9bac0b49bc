// A stream of the Responses API as the one answer it stands for. The last event has the response; its items may stand only in
// the events before it.
// https://platform.openai.com/docs/api-reference/responses-streaming
import { StringDecoder } from 'node:string_decoder';
import { Between, GatewayError } from 'portico';

interface Event {
  readonly type?: string;
  readonly output_index?: number;
  readonly item?: unknown;
  readonly response?: { readonly output?: readonly unknown[]; readonly error?: unknown };
  readonly error?: unknown;
}

/** What the gateway holds of an answer, at most. */
const mostBytes = 64 * 1024 * 1024;
const tooLarge = 'The answer of the upstream is larger than 64 MiB.';

export class EventsToResponse extends Between {
  readonly #decoder = new StringDecoder();
  /** By their place in the answer. */
  readonly #items = new Map<number, unknown>();
  /** Of the line that has not ended yet: events may be megabytes long. */
  #parts: string[] = [];
  #bytes = 0;
  #whole: unknown;
  #over = false;

  /** Nothing leaves before the end: there is nothing to wait for. */
  data(piece: Buffer): boolean {
    if (this.#over) return true;
    this.#bytes += piece.length;
    if (this.#bytes > mostBytes) this.#break(new GatewayError('upstream-invalid', { message: tooLarge }));
    const [first = '', ...others] = this.#decoder.write(piece).split('\n');
    this.#parts.push(first);
    for (const line of others) {
      this.#readLine();
      this.#parts = [line];
    }
    return true;
  }

  end(): void {
    this.#readLine();
    if (this.#over) return;
    if (this.#whole === undefined) {
      const message = 'The upstream ended its stream before the answer was whole.';
      return this.fail(new GatewayError('upstream-truncated', { message }));
    }
    this.#over = true;
    this.sink?.data(Buffer.from(JSON.stringify(this.#whole)));
    this.sink?.end();
  }

  fail(error: Error): void {
    if (!this.#over) this.sink?.fail(error);
    this.#over = true;
  }

  #readLine(): void {
    if (this.#over) return;
    try {
      this.#read(this.#parts.join(''));
    } catch (error) {
      this.#break(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #break(reason: Error): void {
    this.abort(reason);
    this.fail(reason);
  }

  /** Each event of this API is one line of data. */
  #read(line: string): void {
    if (!line.startsWith('data:')) return;
    const event = parse(line.slice('data:'.length));
    switch (event.type) {
      case 'response.output_item.done':
        this.#items.set(event.output_index ?? this.#items.size, event.item);
        break;
      case 'response.completed':
      case 'response.incomplete':
        this.#whole = withItems(event.response, this.#items);
        break;
      // As an error of its own it is one to the gateway as well: another account may be asked.
      case 'response.failed':
        this.#whole = { error: event.response?.error ?? { message: 'The upstream failed.' } };
        break;
      case 'error':
        this.#whole = { error: event.error ?? event };
        break;
    }
  }
}

function withItems(response: Event['response'], items: ReadonlyMap<number, unknown>): Event['response'] {
  if (response?.output?.length) return response;
  return { ...response, output: [...items].sort(([one], [other]) => one - other).map(([, item]) => item) };
}

function parse(data: string): Event {
  if (data.trim() === '[DONE]') return {};
  try {
    return Object(JSON.parse(data));
  } catch {
    throw new GatewayError('upstream-invalid', { message: 'An event of the upstream is no JSON.' });
  }
}
