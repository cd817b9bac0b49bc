// Accounts that come and go while the gateway runs, as files of the watched directory do: told in the log.
import type { LoadedProvider } from '../config/loaded.ts';

/** So many are named in one line. */
const mostNamed = 8;

export class AccountRoll {
  #before: ReadonlySet<string> | undefined;

  /** The first time nothing is told: that is the start. */
  tell(providers: readonly LoadedProvider[], say: (message: string) => void): void {
    const now = new Set(
      providers.flatMap(({ name, enabled, accounts }) => (enabled ? accounts.map((one) => `${name}/${one.name}`) : [])),
    );
    const before = this.#before;
    this.#before = now;
    if (before === undefined) return;
    const joined = [...now].filter((account) => !before.has(account));
    const left = [...before].filter((account) => !now.has(account));
    if (joined.length > 0) say(`new: ${named(joined)}`);
    if (left.length > 0) say(`gone: ${named(left)}`);
  }
}

function named(accounts: readonly string[]): string {
  const shown = accounts.slice(0, mostNamed).join(', ');
  return accounts.length > mostNamed ? `${shown} and ${accounts.length - mostNamed} more` : shown;
}
