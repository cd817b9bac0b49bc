// {object: 'list', data}: the whole list at once, this dialect has no pages.
import type { ModelEntry } from '../../core/index.ts';

export function encodeModels(models: readonly ModelEntry[]): unknown {
  return { object: 'list', data: models.map(encodeModel) };
}

export function encodeModel(model: ModelEntry): unknown {
  return { id: model.id, object: 'model', created: Math.floor(model.created / 1000), owned_by: model.provider };
}
