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

export class EventsToResponse extends Between {
  readonly #decoder = new StringDecoder();
  readonly #items: unknown[] = [];
  #rest = '';
  #whole: unknown;
  #over = false;

  /** Nothing leaves before the end: there is nothing to wait for. */
  data(piece: Buffer): boolean {
    if (this.#over) return true;
    const lines = (this.#rest + this.#decoder.write(piece)).split('\n');
    this.#rest = lines.pop() ?? '';
    try {
      for (const line of lines) this.#read(line);
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      this.abort(reason);
      this.fail(reason);
    }
    return true;
  }

  end(): void {
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

  /** Each event of this API is one line of data. */
  #read(line: string): void {
    if (!line.startsWith('data:')) return;
    const event = parse(line.slice('data:'.length));
    switch (event.type) {
      case 'response.output_item.done':
        this.#items[event.output_index ?? this.#items.length] = event.item;
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

function withItems(response: Event['response'], items: readonly unknown[]): Event['response'] {
  return response?.output?.length ? response : { ...response, output: items.filter((item) => item !== undefined) };
}

function parse(data: string): Event {
  if (data.trim() === '[DONE]') return {};
  try {
    return Object(JSON.parse(data));
  } catch {
    throw new GatewayError('upstream-invalid', { message: 'An event of the upstream is no JSON.' });
  }
}
