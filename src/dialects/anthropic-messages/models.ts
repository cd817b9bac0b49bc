// The paged model list: `limit` (20 if not given, at most 1000), `after_id`, `before_id`; answered with first_id,
// last_id and has_more in the direction asked for. https://docs.anthropic.com/en/api/models-list
import { GatewayError, type ModelEntry, type ModelPage, type Page } from '../../core/index.ts';

export function encodeModels(models: readonly ModelEntry[], page: Page): unknown {
  const limit = readLimit(page.query.get('limit'));
  const before = page.query.get('before_id');
  const after = page.query.get('after_id');
  const end = before === null ? undefined : position(models, before, 'before_id');
  const start = after === null ? 0 : position(models, after, 'after_id') + 1;
  const from = end === undefined ? start : Math.max(start, end - limit);
  const to = Math.min(from + limit, end ?? models.length);
  const data = models.slice(from, to);
  return {
    data: data.map(encodeModel),
    has_more: end === undefined ? to < models.length : from > start,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

export const modelsQuery = { limit: '1000' };

export function readModels(list: unknown): ModelPage | undefined {
  const { data, has_more: more, last_id: last } = Object(list) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(data)) return undefined;
  const ids = data.map((entry) => (Object(entry) as { id?: unknown }).id).filter((id) => typeof id === 'string');
  return { ids, next: more === true && typeof last === 'string' ? { ...modelsQuery, after_id: last } : undefined };
}

export function encodeModel(model: ModelEntry): unknown {
  const created = new Date(model.created).toISOString().replace('.000Z', 'Z');
  return { type: 'model', id: model.id, display_name: model.id, created_at: created };
}

function readLimit(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new GatewayError('invalid-request', { message: 'limit: must be a number from 1 to 1000.', param: 'limit' });
}

function position(models: readonly ModelEntry[], id: string, param: string): number {
  const found = models.findIndex((model) => model.id === id);
  if (found !== -1) return found;
  throw new GatewayError('invalid-request', { message: `${param}: no such model.`, param });
}
