// What a stream of response events says: from the items as they were done, and the response that ended it.
import type { FinishReason, JsonObject } from '../../../src/core/index.ts';
import type { Said } from './said.ts';

interface Item {
  readonly type: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly content?: readonly { readonly type: string; readonly text?: string; readonly refusal?: string }[];
}

interface Event {
  readonly type: string;
  readonly delta?: unknown;
  readonly item?: Item;
  readonly response?: {
    readonly status?: string;
    readonly output?: readonly Item[];
    readonly incomplete_details?: { readonly reason?: string } | null;
    readonly usage?: { readonly input_tokens: number; readonly output_tokens: number } | null;
  };
}

const terminal = new Set(['response.completed', 'response.incomplete', 'response.failed']);
const incomplete: Readonly<Record<string, FinishReason>> = { max_output_tokens: 'length', content_filter: 'filtered' };

export function readResponse(said: Said, events: readonly JsonObject[]): void {
  const items: Item[] = [];
  for (const raw of events) {
    const event = raw as unknown as Event;
    if (event.type === 'response.output_item.done' && event.item !== undefined) items.push(event.item);
    if (event.type === 'error' || event.type === 'response.failed') said.failed = true;
    if (!terminal.has(event.type)) continue;
    said.ended = true;
    const { usage, incomplete_details: details, output = [] } = event.response ?? {};
    if (items.length === 0) items.push(...output);
    if (usage !== undefined && usage !== null) {
      said.usage = { input: usage.input_tokens, output: usage.output_tokens };
    }
    said.finish = event.type === 'response.completed' ? 'end' : (incomplete[details?.reason ?? ''] ?? 'other');
  }
  for (const item of items) take(said, item);
}

function take(said: Said, { type, name = '', arguments: json = '', input = '', content = [] }: Item): void {
  if (type === 'function_call') said.calls.push({ name, arguments: json, custom: false });
  if (type === 'custom_tool_call') said.calls.push({ name, arguments: input, custom: true });
  if (type !== 'message') return;
  for (const part of content) {
    said.text += part.text ?? part.refusal ?? '';
    if (part.type === 'refusal') said.finish = said.finish === 'end' ? 'refusal' : said.finish;
  }
}
