// {object: 'list', data}: the whole list at once, this dialect has no pages.
import type { ModelEntry, ModelPage } from '../../core/index.ts';

export function encodeModels(models: readonly ModelEntry[]): unknown {
  return { object: 'list', data: models.map(encodeModel) };
}

export const modelsQuery = {};

/** There is no paging in the API itself; some compatible ones have `has_more`, some answer with the bare list. */
export function readModels(list: unknown): ModelPage | undefined {
  const { data, has_more: more, last_id: last } = Object(list) as Readonly<Record<string, unknown>>;
  const entries = Array.isArray(list) ? list : data;
  if (!Array.isArray(entries)) return undefined;
  const next = more === true && typeof last === 'string' ? { after: last } : undefined;
  return { ids: entries.map(idOf).filter((id) => id !== undefined), next };
}

function idOf(entry: unknown): string | undefined {
  const { id } = Object(entry) as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

export function encodeModel(model: ModelEntry): unknown {
  return { id: model.id, object: 'model', created: Math.floor(model.created / 1000), owned_by: model.provider };
}
