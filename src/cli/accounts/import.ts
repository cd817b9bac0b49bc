// portico accounts import: credentials of other tools' files become account files of this gateway. No secret is printed.
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { type ImportItem, type ImportResult, importAccounts } from '../../accounts/import/import-accounts.ts';
import { openItems, readCredentialFile } from '../../config/credentials/read-file.ts';
import { noVault, type Vault } from '../../config/credentials/vault/vault.ts';
import { CommandFailure, messageOf, systemCode } from '../failure.ts';
import { locateConfiguration } from '../locate.ts';
import type { Exit } from '../program.ts';
import { withProgress } from '../progress.ts';
import { notValid, readConfiguration } from '../read.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config?: string;
  readonly provider?: string;
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const help = (words: string) => `
Reads one JSON object or a list of them: token sets, service accounts and API keys as other tools keep them. Which provider each is
for it finds out by itself where a provider directory knows such files; --provider says it of all.

Exit code: 0, 1 when an item failed, 2 when there is nothing to do: no such file, no directory, a configuration that is not valid.

Examples:
  ${words} token.json
  ${words} ./old-accounts --dry-run
  ${words} tokens.json --provider team --to ./accounts
  cat key.json | ${words} - --json
`;

/** `within`: what people have typed before it. */
export function accountsImportCommand(terminal: Terminal, exit: Exit, within = 'accounts'): Command {
  return new Command('import')
    .description('take credentials over from files of other tools')
    .argument('<file>', 'a JSON file, a directory of them, or - for standard input')
    .option('-c, --config <file>', 'the configuration whose providers they are for (default: ./gateway.yaml)')
    .option('--provider <name>', 'the provider instance they are for')
    .option('--to <directory>', 'where account files go (default: accounts.directory of the configuration)')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help(`portico ${within} import`))
    .action(async (file: string, options: Options) => {
      try {
        exit(await run(terminal, file, options));
      } catch (thrown) {
        if (!(thrown instanceof CommandFailure)) throw thrown;
        terminal.error(`error: ${thrown.message}\n${thrown.remedy}\n`);
        exit(2);
      }
    });
}

async function run(terminal: Terminal, source: string, options: Options): Promise<number> {
  const file = locateConfiguration(terminal, options.config);
  const read = await readConfiguration(terminal, file);
  const { config, accountsHome, accountsVault: vault = noVault, accountsHousehold: household } = read;
  if (config === undefined || household === undefined) throw notValid(terminal, file, read);
  const named = options.to === undefined ? undefined : resolve(terminal.cwd, options.to);
  const directory = named ?? accountsHome;
  if (directory === undefined) {
    const remedy = 'Set `accounts: { directory: ./accounts }` in it, or say --to.';
    throw new CommandFailure('The configuration names no directory for account files.', remedy);
  }
  const items = await readItems(terminal, source, vault);
  if (items.length === 0)
    throw new CommandFailure(`There is no account in ${source}.`, 'Name a JSON file, or a directory of them.');
  const { egress } = config;
  const { provider, dryRun = false } = options;
  const importing = importAccounts(items, { household, egress, directory, vault, provider, dryRun });
  const results = await withProgress(terminal, `importing ${items.length} accounts`, importing);
  const totals = totalsOf(results);
  if (options.json) terminal.out(`${JSON.stringify({ directory, dryRun, items: results, totals }, null, 2)}\n`);
  else terminal.out(describe(results, totals, dryRun));
  if (directory !== accountsHome && !dryRun) {
    terminal.error(
      `${directory} is not read until \`accounts.directory\` in ${file} names it, or an account's \`file\` one of its files.\n`,
    );
  }
  return totals.failed > 0 ? 1 : 0;
}

async function readItems(terminal: Terminal, source: string, vault: Vault): Promise<ImportItem[]> {
  if (source === '-') {
    const text = await terminal.input?.();
    if (text === undefined)
      throw new CommandFailure('There is nothing on standard input.', 'Pipe a file into it, or name one.');
    return itemsOf('-', { ...(await openItems(text, vault)), time: Date.now() });
  }
  const path = resolve(terminal.cwd, source);
  const found = await stat(path).catch((thrown: unknown) => {
    const why = systemCode(thrown) === 'ENOENT' ? 'does not exist' : `cannot be read: ${messageOf(thrown)}`;
    throw new CommandFailure(`${path} ${why}.`, 'Check the path.');
  });
  if (!found.isDirectory()) return itemsOf(basename(path), await readCredentialFile(path, vault));
  const names = (await readdir(path)).filter((name) => /\.json$/i.test(name)).sort();
  const all: ImportItem[] = [];
  for (const name of names) all.push(...itemsOf(name, await readCredentialFile(join(path, name), vault)));
  return all;
}

type FileItems = Pick<Awaited<ReturnType<typeof readCredentialFile>>, 'items' | 'problem' | 'time'>;

function itemsOf(label: string, { items, problem, time }: FileItems): ImportItem[] {
  const read = items.map(({ index, value }) => {
    return { label: index === undefined ? label : `${label}[${index}]`, value, time };
  });
  return problem === undefined ? read : [...read, { label, value: undefined, time, problem: problem.message }];
}

function totalsOf(results: readonly ImportResult[]): Record<ImportResult['outcome'], number> {
  const totals = { added: 0, updated: 0, unchanged: 0, skipped: 0, failed: 0 };
  for (const { outcome } of results) totals[outcome] += 1;
  return totals;
}

function describe(results: readonly ImportResult[], totals: Record<string, number>, dryRun: boolean): string {
  const head = ['item', 'provider', 'account', 'outcome', 'file', 'reason'];
  const rows = results.map(({ item, provider, account, outcome, file, reason }) =>
    [item, provider, account, outcome, file, reason].map((cell) => cell ?? ''),
  );
  const counted = Object.entries(totals).filter(([, count]) => count > 0);
  const sum = counted.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `${formatTable([head, ...rows])}${sum}${dryRun ? ' (nothing was written)' : ''}\n`;
}
