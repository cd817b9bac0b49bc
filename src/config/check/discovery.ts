// Providers whose upstream is to be asked for its models: somewhere it must list them.
import type { Definition } from '../directories/inspect.ts';
import type { Draft, Entry } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';
import { listsModels } from './lists-models.ts';

export function checkDiscovery(draft: Draft, provider: Entry, { manifest, directory }: Definition): void {
  const { models } = provider.value;
  if (manifest === undefined || (models !== 'discover' && !isTree(models))) return;
  if (manifest.models?.discover !== undefined || listsModels(provider, manifest)) return;
  const message = `"${directory.name}" says of no list of models that could be asked for: write the ids, or \`"*"\``;
  draft.report.error([...provider.path, 'models'], message);
}
