// Hears the response in an answer that passes: the whole body, or the last event of a stream. The bytes are not touched.
import { isSource, type JsonObject, type Reply, type Source } from '../../core/index.ts';
import { parseExact } from '../../dialects/canonical/numbers.ts';
import { asObject } from '../../dialects/json.ts';
import { FinalResponse } from '../../dialects/openai-responses/state/final.ts';
import { EventSplitter } from '../../dialects/sse.ts';
import { Passing } from '../translate/passing.ts';
import { WatchedWhole } from '../translate/watched.ts';

type Heard = (response: JsonObject) => void;

export function listen(reply: Reply, heard: Heard): void {
  if (reply.status >= 300) return;
  if (!isSource(reply.body)) return tell(reply.body.toString(), heard);
  reply.body = reply.eventStream
    ? new Events(reply.body, heard)
    : new WatchedWhole(reply.body, (text) => tell(text, heard));
}

function tell(text: string, heard: Heard): void {
  const response = asObject(parseExact(text));
  if (response?.object === 'response') heard(response);
}

class Events extends Passing {
  readonly #heard: Heard;
  readonly #events = new EventSplitter();
  readonly #final = new FinalResponse();

  constructor(source: Source, heard: Heard) {
    super(source);
    this.#heard = heard;
  }

  protected see(chunk: Buffer): void {
    this.#look(this.#events.push(chunk));
  }

  protected seeEnd(): void {
    this.#look(this.#events.end());
  }

  #look(events: readonly { readonly data: string }[]): void {
    for (const { data } of events) {
      const response = this.#final.hear(data);
      if (response !== undefined) this.#heard(response);
    }
  }
}
