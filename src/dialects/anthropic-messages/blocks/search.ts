// A web search the vendor ran: two blocks, the call and what was found. They are one part where the second follows the
// first; of searches at the same time each half is a part of its own, so that they keep their places.
import type { JsonObject, Part, SearchPart } from '../../../core/index.ts';
import { given } from '../../canonical/given.ts';
import { unsigned } from '../../canonical/unsigned.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { type Draft, fieldsOf, formOf, own } from '../members.ts';

export function decodeSearchCall(block: JsonObject): SearchPart | undefined {
  if (block.name !== 'web_search') return undefined;
  const { type: _, id, name: __, input, ...call } = block;
  const { query, queries, ...more } = asObject(input) ?? {};
  const several = asArray(queries)?.filter((one) => typeof one === 'string');
  const asked = several ?? (typeof query === 'string' ? [query] : []);
  const form = { half: 'call', call, ...(Object.keys(more).length > 0 ? { input: more } : {}) };
  return { kind: 'search', id: givenId(id), queries: asked, extra: { dialect: own, form } };
}

export function decodeSearchAnswer(block: JsonObject): SearchPart {
  const { type: _, tool_use_id: id, content, ...result } = block;
  const found = asArray(content)?.map((one) => asObject(one) ?? {});
  // An empty list stands for what other dialects do not tell, too.
  const results = found?.length === 0 ? undefined : found?.map(pageOf);
  const rest = found?.map(({ type: _, url: __, title, ...more }) => (title === null ? { ...more, title } : more));
  const fields =
    found === undefined ? { error: content } : results === undefined ? undefined : { encrypted_content: rest };
  const extra = { dialect: own, ...given({ fields }), form: { half: 'result', result } } as const;
  return { kind: 'search', id: givenId(id), queries: [], ...given({ results }), extra };
}

function pageOf(page: JsonObject): { readonly url: string; readonly title?: string } {
  return { url: asString(page.url) ?? '', ...given({ title: asString(page.title) }) };
}

/** Ids here match `srvtoolu_[a-zA-Z0-9_]+`. Those of other vendors stand behind this. */
const foreign = 'srvtoolu_from_';

function givenId(id: unknown): string {
  const text = asString(id) ?? '';
  return text.startsWith(foreign) ? text.slice(foreign.length) : text;
}

/** `index` for a search that came without an id. */
export function searchId(id: string, index: number): string {
  if (id.startsWith('srvtoolu_')) return id;
  return foreign + (id === '' ? `search_${index}` : id.replace(/[^a-zA-Z0-9_]/g, '_'));
}

/** Both halves as one; undefined where they are none. */
export function joined(call: Part | undefined, result: Part): SearchPart | undefined {
  if (call?.kind !== 'search' || result.kind !== 'search' || call.id !== result.id) return undefined;
  const [before, after] = [formOf(call.extra), formOf(result.extra)];
  if (before.half !== 'call' || after.half !== 'result') return undefined;
  const { half: _, ...form } = { ...before, ...after };
  const { results } = result;
  const fields = result.extra?.fields;
  return { ...call, ...given({ results }), extra: { dialect: own, ...given({ fields }), form } };
}

export function encodeSearch(part: SearchPart, id = part.id): Draft[] {
  const form = formOf(part.extra);
  const call = { type: 'server_tool_use', id, name: 'web_search', input: inputOf(part), ...asObject(form.call) };
  const content = fieldsOf(part.extra).error ?? pagesOf(part);
  const result = { type: 'web_search_tool_result', tool_use_id: id, content, ...asObject(form.result) };
  if (form.half === 'call') return [call];
  return form.half === 'result' ? [result] : [call, result];
}

function inputOf({ queries, extra }: SearchPart): Draft {
  const more = asObject(formOf(extra).input);
  if (queries.length === 0) return { ...more };
  return queries.length === 1 ? { query: queries[0], ...more } : { query: queries[0], queries, ...more };
}

function pagesOf({ results, extra }: SearchPart): Draft[] {
  const kept = asArray(fieldsOf(extra).encrypted_content);
  // Pages of another dialect have nothing sealed; the vendor's own tools read title and address.
  const rest = kept?.length === results?.length ? kept : undefined;
  return (results ?? []).map(({ url, title }, at) => ({
    type: 'web_search_result',
    url,
    ...(rest === undefined ? { title: title ?? url, encrypted_content: unsigned, page_age: null } : given({ title })),
    ...asObject(rest?.[at]),
  }));
}
