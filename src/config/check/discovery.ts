// Providers whose upstream is to be asked for its models: somewhere it must list them.
import type { DialectName } from '../../core/index.ts';
import { isUsual } from '../../dialects/operations.ts';
import type { Definition } from '../directories/inspect.ts';
import { type Draft, type Entry, wordsOf } from '../read/entries.ts';
import { isTree } from '../read/tree.ts';

export function checkDiscovery(draft: Draft, provider: Entry, { manifest, directory }: Definition): void {
  const { models } = provider.value;
  if (manifest === undefined || (models !== 'discover' && !isTree(models))) return;
  if (manifest.models?.discover !== undefined) return;
  const narrowed = wordsOf(provider, 'dialects').map(({ text }) => text);
  const spoken = Object.keys(manifest.dialects) as DialectName[];
  const listing = spoken
    .filter((name) => narrowed.length === 0 || narrowed.includes(name))
    .some((name) => manifest.dialects[name]?.operations?.includes('models') ?? isUsual('models'));
  if (listing) return;
  const message = `"${directory.name}" says of no list of models that could be asked for: write the ids, or \`"*"\``;
  draft.report.error([...provider.path, 'models'], message);
}
