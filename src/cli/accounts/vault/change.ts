// portico accounts vault seal | rotate | open: credential files into another form, one after the other, each for itself.
import { Command } from 'commander';
import { type ResealResult, reseal, type Wish } from '../../../accounts/vault/reseal.ts';
import { CommandFailure } from '../../failure.ts';
import type { Exit } from '../../program.ts';
import { withProgress } from '../../progress.ts';
import { formatTable, type Tone } from '../../table.ts';
import type { Terminal } from '../../terminal.ts';
import { openVaultOf, shown } from './open-vault.ts';

interface Options {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Row extends ResealResult {
  readonly file: string;
}

const about: Readonly<Record<Wish, readonly [description: string, help: string]>> = {
  seal: [
    'seal the credential files that are plain',
    `
What was plain may still be found in backups, snapshots and on the disk itself: sign in again where that matters.
`,
  ],
  rotate: [
    'seal every credential file with the present key',
    `
Put the new key into a file or variable of its own; name it as accounts.vault.key and the old one under accounts.vault.previous in
one edit, and let the gateway read that (a variable takes a restart). Run this, then take the old key away. At any moment each file
can be opened with one of the two: a run that was interrupted is run again.
`,
  ],
  open: [
    'write the credential files in clear, to do without a vault',
    `
Every secret stands in its file in clear afterwards: it asks for --yes. A gateway that runs with the vault seals again what it
refreshes: stop it first, and take accounts.vault out of the configuration before it starts again.
`,
  ],
};

const codes =
  '\nExit code: 0, 1 when a file could not be changed, 2 when the configuration has no vault or is not valid.\n';

export function vaultChangeCommand(terminal: Terminal, exit: Exit, wish: Wish): Command {
  const [description, help] = about[wish];
  const command = new Command(wish)
    .description(description)
    .option('--config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', `${help}${codes}\nExamples:\n  portico accounts vault ${wish} --dry-run\n`)
    .action(async (options: Options) => exit(await run(terminal, wish, options)));
  return wish === 'open' ? command.option('--yes', 'yes, in clear') : command;
}

async function run(terminal: Terminal, wish: Wish, { config, dryRun = false, yes = false, json }: Options) {
  const { vault, files } = await openVaultOf(terminal, config);
  const { keys } = vault;
  if (keys.length === 0) {
    const remedy = '`portico accounts vault key` prints a key; set accounts.vault.key to it by reference.';
    throw new CommandFailure('The configuration has no vault.', remedy, 2);
  }
  if (wish === 'open' && !yes && !dryRun) {
    const remedy = 'Say --yes if that is what you want, or --dry-run to see which.';
    const what = files.length === 1 ? 'One credential file' : `${files.length} credential files`;
    throw new CommandFailure(`${what} would be written in clear.`, remedy, 2);
  }
  const rows: Row[] = [];
  const changing = (async () => {
    for (const file of files) rows.push({ file, ...(await reseal(file, { vault, wish, dryRun })) });
  })();
  await withProgress(terminal, `${files.length} files`, changing);
  const totals = totalsOf(rows);
  if (json) terminal.out(`${JSON.stringify({ keys, dryRun, files: rows, totals }, null, 2)}\n`);
  else terminal.out(describe(terminal, rows, totals, dryRun));
  return totals.failed > 0 ? 1 : 0;
}

function totalsOf(rows: readonly Row[]): Record<ResealResult['outcome'], number> {
  const totals = { sealed: 0, opened: 0, unchanged: 0, failed: 0 };
  for (const { outcome } of rows) totals[outcome] += 1;
  return totals;
}

const tones: Partial<Record<ResealResult['outcome'], Tone>> = { failed: 'bad', sealed: 'good', opened: 'warn' };

function describe(
  terminal: Terminal,
  rows: readonly Row[],
  totals: Readonly<Record<string, number>>,
  dryRun: boolean,
): string {
  if (rows.length === 0) return 'There is no credential file.\n';
  const table = rows.map(({ file, outcome, reason }) => {
    return [shown(terminal, file), { text: outcome, tone: tones[outcome] }, reason ?? ''];
  });
  const counted = Object.entries(totals).filter(([, count]) => count > 0);
  const sum = counted.map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const head = ['file', 'outcome', 'reason'];
  const look = { color: terminal.color, head: 'row' } as const;
  return `${formatTable([head, ...table], look)}${sum}${dryRun ? ' (nothing was written)' : ''}\n`;
}
