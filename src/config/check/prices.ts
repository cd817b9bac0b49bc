// Prices that contradict each other or lead nowhere.
import { type Draft, entriesOf, namesOf } from '../read/entries.ts';
import { valueIn } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';

export function checkPrices(draft: Draft): void {
  const prices = draft.tree.prices;
  if (!isTree(prices)) return;
  if (prices.unknown === 'default' && prices.default === undefined) {
    const message = '`default` needs a price under `prices.default`: `default: { input: 5, output: 20 }`';
    draft.report.error(['prices', 'unknown'], message);
  }
  const names = namesOf(entriesOf(draft, 'providers'));
  const seen = new Map<string, number>();
  for (const [index, entry] of (Array.isArray(prices.models) ? prices.models : []).entries()) {
    if (!isTree(entry) || typeof entry.model !== 'string') continue;
    const path = ['prices', 'models', index];
    const { model, provider } = entry;
    if (typeof provider === 'string' && !names.includes(provider)) {
      draft.report.error([...path, 'provider'], `there is no provider "${provider}"${suggest(provider, names)}`);
    }
    const id = JSON.stringify([model, provider]);
    const before = seen.get(id);
    if (before === undefined) {
      seen.set(id, index);
      continue;
    }
    const where = draft.report.refer(['prices', 'models', before, 'model'], [...path, 'model']);
    draft.report.error([...path, 'model'], `"${model}" has a price already (${where})`);
  }
  if (
    prices.default !== undefined &&
    prices.unknown !== 'default' &&
    valueIn(prices, ['default', 'input']) !== undefined
  ) {
    draft.report.warning(['prices', 'default'], 'is used only where `prices.unknown` is `default`', 'key');
  }
}
