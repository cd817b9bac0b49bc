// One event of a message stream.
import type { EventMeaning } from '../../core/index.ts';
import { asObject, asString, errorMessage, type JsonObject, parseJson } from '../json.ts';
import { announcement, output } from '../meaning.ts';
import { readUsage } from './usage.ts';

const stop: EventMeaning = { ...output, terminal: true };

export function readEvent(event: string, data: string): EventMeaning {
  if (data === '') return announcement;
  const body = asObject(parseJson(data));
  if (body === undefined) return output;
  switch (asString(body.type) ?? event) {
    case 'ping':
      return announcement;
    case 'message_start':
      return { ...announcement, usage: readUsage(body.message) };
    case 'content_block_start':
      return opensText(asObject(body.content_block)) ? announcement : output;
    case 'message_delta':
      return { ...output, usage: readUsage(body) };
    case 'message_stop':
      return stop;
    case 'error':
      return { ...output, error: errorMessage(body) ?? 'The upstream reported an error.' };
    default:
      return output;
  }
}

/** A block whose content is still to come. Tool calls and results say something at once. */
function opensText(block: JsonObject | undefined): boolean {
  return (block?.type === 'text' && block.text === '') || (block?.type === 'thinking' && block.thinking === '');
}
