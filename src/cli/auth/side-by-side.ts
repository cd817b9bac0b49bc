// The same for many accounts, some at once: a vendor that does not answer holds up its own, not hundreds behind it.
import { withProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { nameOf } from './words.ts';

const atOnce = 8;

/** Results in the order of the accounts. `words`: what is done, for who waits. */
export async function sideBySide<Account extends Parameters<typeof nameOf>[0], Result>(
  terminal: Terminal,
  words: string,
  accounts: readonly Account[],
  work: (account: Account) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = accounts.entries();
  const [only] = accounts;
  const what = accounts.length === 1 && only !== undefined ? nameOf(only) : `${accounts.length} accounts`;
  const turns = Array.from({ length: Math.min(atOnce, accounts.length) }, async () => {
    for (const [place, account] of waiting) results[place] = await work(account);
  });
  await withProgress(terminal, `${words} ${what}`, Promise.all(turns));
  return results;
}
