// A response that came whole, as the events of a stream: those that clients must have (created, items done, completed).
import { asObject, type JsonObject } from '../../json.ts';
import { outputOf } from '../state/items.ts';

export function wholeAnswer(response: JsonObject): readonly string[] {
  const end = response.status === 'incomplete' || response.status === 'failed' ? response.status : 'completed';
  const events: JsonObject[] = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
    ...outputOf(response).flatMap((item, index) => [
      { type: 'response.output_item.added', output_index: index, item: { ...asObject(item), status: 'in_progress' } },
      { type: 'response.output_item.done', output_index: index, item },
    ]),
    { type: `response.${end}`, response },
  ];
  return events.map((event, number) => JSON.stringify({ ...event, sequence_number: number }));
}
