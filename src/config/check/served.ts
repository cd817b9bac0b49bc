// What a provider instance serves, as far as the configuration tells.
import type { Draft, Entry } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';
import { definitionOf } from './providers.ts';

export interface Served {
  readonly provider: string;
  /** Whatever is asked, or what only its upstream knows. */
  readonly any: boolean;
  /** Names clients ask for. */
  readonly ids: readonly string[];
  /** The provider's own names for them. */
  readonly upstream: readonly string[];
}

export function servedBy(draft: Draft, provider: Entry): Served {
  const own = provider.value.models;
  const definition = definitionOf(draft, provider);
  // What an unknown or broken directory serves is not known: that is an error of its own, not one of every model.
  const models = own ?? (definition?.manifest === undefined ? '*' : (definition.manifest.models?.known ?? []));
  if (!Array.isArray(models)) return { provider: provider.name, any: true, ids: [], upstream: [] };
  return { provider: provider.name, any: false, ids: models.flatMap(nameOf), upstream: models.flatMap(idOf) };
}

function nameOf(model: unknown): string[] {
  return textIn(isTree(model) ? (model.as ?? model.id) : model);
}

function idOf(model: unknown): string[] {
  return textIn(isTree(model) ? model.id : model);
}

function textIn(name: unknown): string[] {
  return typeof name === 'string' ? [name] : [];
}
