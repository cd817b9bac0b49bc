// A `web_search_call` item. Opening a page and searching in it are actions too; those have no canonical word.
import type { JsonObject, SearchPart } from '../../../core/index.ts';
import { asArray, asObject, asString, parseJson } from '../../json.ts';
import { type Draft, formOf, given, Members, own, present, withExtra } from '../members.ts';

/** Undefined where the item is no search. */
export function decodeSearch(node: JsonObject): SearchPart | undefined {
  const members = new Members(node);
  members.take('type');
  const id = members.string('id') ?? '';
  const status = members.string('status');
  if (node.action === undefined) return bareSearch(members, id, status);
  const action = new Members(members.object('action') ?? {});
  if (action.take('type') !== 'search') return undefined;
  const query = action.string('query');
  const list = action.list('queries');
  const queries = strings(list) ?? (query === undefined ? [] : [query]);
  const sources = action.list('sources');
  return {
    kind: 'search',
    id,
    queries,
    ...given('results', sources === undefined ? undefined : results(sources)),
    extra: members.extra({
      status,
      action: action.extra({ ...given('query', query), list: list !== undefined, ...given('sources', sources) }),
    }),
  };
}

/** xAI writes searches like calls of a function: `{name, arguments: '{"query": …}', call_id}`. */
function bareSearch(members: Members, id: string, status: string | undefined): SearchPart {
  const query = asString(asObject(parseJson(asString(members.node.arguments) ?? ''))?.query);
  return {
    kind: 'search',
    id,
    queries: query === undefined ? [] : [query],
    extra: members.extra({ status, bare: true }),
  };
}

export function encodeSearch(part: SearchPart, id: string): Draft {
  const { extra } = part;
  const form = formOf(extra);
  const item: Draft = { id, type: 'web_search_call', status: extra?.dialect === own ? form.status : 'completed' };
  if (form.bare !== true) item.action = encodeAction(part);
  return withExtra(present(item), extra);
}

function encodeAction({ queries, results: found, extra }: SearchPart): Draft {
  const kept = formOf(extra).action as SearchPart['extra'];
  const form = formOf(kept);
  const sources = found === undefined ? undefined : sourcesOf(found, form.sources);
  if (kept === undefined) return present({ type: 'search', query: queries[0] ?? '', queries, sources });
  const query = typeof form.query === 'string' ? form.query : undefined;
  const action: Draft = { type: 'search', query: form.list === true ? query : queries[0], sources };
  if (form.list === true) action.queries = queries;
  return withExtra(present(action), kept);
}

/** What else was said of a source returns with it as long as the sources are the same. */
function sourcesOf(found: NonNullable<SearchPart['results']>, before: unknown): readonly unknown[] {
  const kept = asArray(before);
  const same = kept !== undefined && results(kept).every(({ url }, at) => url === found[at]?.url);
  return same && results(kept).length === found.length ? kept : found.map(({ url }) => ({ type: 'url', url }));
}

function results(sources: readonly unknown[]): { url: string; title?: string }[] {
  return sources.flatMap((source) => {
    const { url, title } = asObject(source) ?? {};
    return typeof url === 'string' ? [{ url, ...given('title', asString(title)) }] : [];
  });
}

function strings(list: readonly unknown[] | undefined): string[] | undefined {
  return list?.every((entry) => typeof entry === 'string') ? [...(list as string[])] : undefined;
}
