// The whole response at the end of a stream, heard event by event. Some upstreams leave `output` empty there (litellm#41009):
// what the items said when they were done is put in.
import { parseExact } from '../../canonical/numbers.ts';
import { asObject, type JsonObject } from '../../json.ts';
import { outputOf } from './items.ts';

export class FinalResponse {
  #items: unknown[] = [];

  /** `data` of one event; the response where this is the last. Text is looked at before it is parsed. */
  hear(data: string): JsonObject | undefined {
    if (data.includes('"response.output_item.done"')) {
      const event = asObject(parseExact(data));
      if (event?.type === 'response.output_item.done') this.#items.push(event.item);
      return undefined;
    }
    if (!data.includes('"response.completed"') && !data.includes('"response.incomplete"')) return undefined;
    const event = asObject(parseExact(data));
    if (event?.type !== 'response.completed' && event?.type !== 'response.incomplete') return undefined;
    const items = this.#items;
    this.#items = [];
    const response = asObject(event.response);
    return response === undefined || outputOf(response).length > 0 ? response : { ...response, output: items };
  }
}
