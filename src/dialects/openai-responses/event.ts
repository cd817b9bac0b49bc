// One event of a response stream. The name stands in `event:` and again in `type`; some upstreams leave the first out.
import type { EventMeaning } from '../../core/index.ts';
import { asObject, asString, errorMessage, type JsonObject, parseJson } from '../json.ts';
import { announcement, output } from '../meaning.ts';
import { readUsage } from './usage.ts';

const unexplained = 'The upstream reported an error.';

export function readEvent(event: string, data: string): EventMeaning {
  if (data === '') return announcement;
  const body = asObject(parseJson(data));
  if (body === undefined) return output;
  const type = asString(body.type) ?? event;
  switch (type) {
    case 'response.created':
    case 'response.queued':
    case 'response.in_progress':
    case 'response.reasoning_summary_part.added':
    case 'keepalive':
      return announcement;
    case 'response.output_item.added':
      return opensText(asObject(body.item)) ? announcement : output;
    case 'response.content_part.added':
      return isBlank(asObject(body.part)) ? announcement : output;
    case 'response.completed':
    case 'response.incomplete':
      return { ...output, terminal: true, usage: readUsage(body.response) };
    case 'response.failed':
      return { ...output, terminal: true, usage: readUsage(body.response), error: failure(body) };
    case 'error':
      return { ...output, error: errorMessage(body) ?? unexplained };
    default:
      return asObject(body.error) === undefined ? output : { ...output, error: errorMessage(body) ?? unexplained };
  }
}

function failure(body: JsonObject): string {
  const error = asObject(asObject(body.response)?.error);
  return asString(error?.message) ?? asString(error?.code) ?? 'The upstream reported a failed response.';
}

/** A message or a piece of reasoning that has only been announced; a tool call already names its tool. */
function opensText(item: JsonObject | undefined): boolean {
  return item?.type === 'message' || item?.type === 'reasoning';
}

function isBlank(part: JsonObject | undefined): boolean {
  return part !== undefined && (part.text ?? '') === '' && (part.refusal ?? '') === '';
}
