// Items of a conversation as they are kept: those of a request, those of an answer, and the list of them that clients page
// through. Plain JSON of the dialect; nothing is translated.
import { hash } from 'node:crypto';
import { asArray, asObject, asString, entryOf, type JsonObject } from '../../json.ts';

/** Ids of responses that the gateway made begin so. */
export const ownId = 'resp_portico_';

/** `input` of a request as items: a text is one message of the user. */
export function itemsOf(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return asArray(input) ?? [];
}

/** The id of an item that is only named; its type may be left out. */
export function referenceIn(item: unknown): string | undefined {
  const { id, type, role } = asObject(item) ?? {};
  const names = type === 'item_reference' || ((type === undefined || type === null) && role === undefined);
  return names && typeof id === 'string' ? id : undefined;
}

/** What a response says, as input of the next request. */
export function outputOf(response: JsonObject): readonly unknown[] {
  return asArray(response.output) ?? [];
}

/** An id for an item that has none: clients page by it, so the same item always has the same. */
const prefixes: Readonly<Record<string, string>> = {
  message: 'msg_',
  reasoning: 'rs_',
  function_call: 'fc_',
  function_call_output: 'fco_',
  custom_tool_call: 'ctc_',
  custom_tool_call_output: 'ctco_',
};

/** Items as the API lists them: each with a type and an id of its own, texts of messages as parts. */
export function listed(items: readonly unknown[], responseId: string): JsonObject[] {
  const ids = new Set<string>();
  return items.map((entry, index) => {
    const item = asObject(entry) ?? {};
    const type = asString(item.type) ?? (item.role === undefined ? 'unknown' : 'message');
    const given = asString(item.id);
    // A client may send an item twice: whoever pages by its id would go round in a circle.
    const id = given === undefined || ids.has(given) ? madeUp(type, `${responseId} ${index}`) : given;
    ids.add(id);
    if (type !== 'message') return { ...item, id, type };
    return { status: 'completed', ...item, id, type, content: contentOf(item) };
  });
}

function madeUp(type: string, place: string): string {
  return `${entryOf(prefixes, type) ?? 'item_'}${hash('sha256', place).slice(0, 32)}`;
}

function contentOf({ role, content }: JsonObject): unknown {
  if (typeof content !== 'string') return content ?? [];
  return role === 'assistant'
    ? [{ type: 'output_text', text: content, annotations: [] }]
    : [{ type: 'input_text', text: content }];
}

export interface Paging {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly after: string | undefined;
}

/** One page of a list, in the API's shape; undefined where `after` is none of it. */
export function pageOf(items: readonly JsonObject[], { order, limit, after }: Paging): JsonObject | undefined {
  const ordered = order === 'asc' ? items : items.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) return undefined;
  const data = ordered.slice(start, start + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + data.length < ordered.length,
  };
}
