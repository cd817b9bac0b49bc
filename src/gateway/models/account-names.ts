// Lists of accounts as targets, routes and keys write them: `provider/account` with `*`, `tag:eu`, `group:team-a`.
import type { LoadedAccount } from '../../config/loaded.ts';
import { allows } from './patterns.ts';

/** Whether an account is in the list. A provider's name alone means all of its accounts. */
export function names(list: readonly string[], provider: string, account: LoadedAccount): boolean {
  return list.some((entry) => {
    if (entry.startsWith('tag:')) return account.tags.some((tag) => allows([entry.slice(4)], tag));
    if (entry.startsWith('group:')) return account.groups.some((group) => allows([entry.slice(6)], group));
    return allows([entry], entry.includes('/') ? `${provider}/${account.name}` : provider);
  });
}
