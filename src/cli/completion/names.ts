// Names of the configuration as values: providers that are signed in to, and accounts. Where it cannot be read there are none.
import type { Command } from 'commander';
import { readPlace } from '../auth/place.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

/** What the value being typed is for: `provider` for an argument of that name, `--account` for an option. */
export async function namesFor(
  terminal: Terminal,
  command: Command,
  { value, done }: { readonly value: string | undefined; readonly done: readonly string[] },
): Promise<readonly string[]> {
  if (value === undefined || !known.has(value) || !isOfAccounts(command)) return [];
  try {
    const config = after(done, ['-c', '--config']);
    const { config: read, logins } = await readPlace(terminal, config === undefined ? {} : { config });
    const accounts = read.providers.flatMap(({ name, accounts: of }) => of.map((one) => [name, one.name] as const));
    if (value === '--account') {
      const provider = done.find((word) => accounts.some(([name]) => name === word));
      return accounts.filter(([name]) => provider === undefined || name === provider).map(([, account]) => account);
    }
    const providers = logins.map(({ provider }) => provider);
    if (value === '--provider' || command.name() === 'login') return providers;
    return [...new Set(accounts.flatMap(([name, account]) => [name, `${name}/${account}`]))];
  } catch (thrown) {
    // Somebody is typing a line: what is wrong is said when it is run.
    if (thrown instanceof CommandFailure) return [];
    throw thrown;
  }
}

const known: ReadonlySet<string> = new Set(['provider', '--account', '--provider']);

function isOfAccounts(command: Command): boolean {
  return command.parent?.name() === 'auth';
}

function after(done: readonly string[], options: readonly string[]): string | undefined {
  const at = done.findLastIndex((word) => options.includes(word));
  return at === -1 ? undefined : done[at + 1];
}
