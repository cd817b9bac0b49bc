// Whether a provider instance speaks a dialect in which its upstream lists its models.
import type { ProviderManifest } from '../../core/index.ts';
import { dialects } from '../../dialects/index.ts';
import { isUsual } from '../../dialects/operations.ts';
import { type Entry, wordsOf } from '../read/entries.ts';

export function listsModels(provider: Entry, manifest: ProviderManifest): boolean {
  const narrowed = wordsOf(provider, 'dialects').map(({ text }) => text);
  return Object.values(dialects).some(({ name, endpoints }) => {
    const support = manifest.dialects[name];
    if (support === undefined || (narrowed.length > 0 && !narrowed.includes(name))) return false;
    const offered = support.operations?.includes('models') ?? isUsual('models');
    return offered && endpoints.some(({ operation }) => operation === 'models');
  });
}
