// portico accounts vault status: how each credential file stands.
import { Command } from 'commander';
import { standingOf, type VaultStanding, type VaultState } from '../../../accounts/vault/standing.ts';
import type { Exit } from '../../program.ts';
import { withProgress } from '../../progress.ts';
import { formatTable, type Tone } from '../../table.ts';
import type { Terminal } from '../../terminal.ts';
import { leftoversOf, openVaultOf, shown } from './open-vault.ts';

interface Options {
  readonly config?: string;
  readonly json?: boolean;
}

interface Row extends VaultStanding {
  readonly file: string;
}

const help = `
sealed     with accounts.vault.key
previous   with a key of accounts.vault.previous: \`portico accounts vault rotate\`
plain      not sealed: \`portico accounts vault seal\`
locked     with a key that the configuration does not have
broken     it cannot be opened, or holds no credential

Exit code: 0 when every file is sealed with the key (or all are plain and there is no vault), 1 when one is not, 2 when the
configuration is not valid.

Examples:
  portico accounts vault status
  portico accounts vault status --json | jq -r '.files[] | select(.state == "previous") | .file'
`;

export function vaultStatusCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('status')
    .description('show which credential files are sealed, and with which key')
    .option('--config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const { vault, files } = await openVaultOf(terminal, options.config);
      const looking = Promise.all(files.map(async (file) => ({ file, ...(await standingOf(file, vault)) })));
      const rows = await withProgress(terminal, `looking at ${files.length} files`, looking);
      const { keys } = vault;
      const leftovers = await leftoversOf(files);
      if (options.json) terminal.out(`${JSON.stringify({ keys, files: rows, leftovers }, null, 2)}\n`);
      else terminal.out(describe(terminal, keys, rows));
      for (const each of options.json ? [] : leftovers) {
        terminal.error(
          `${shown(terminal, each)} was left by a write that was interrupted, maybe in clear: remove it.\n`,
        );
      }
      const wanted: VaultState = keys.length === 0 ? 'plain' : 'sealed';
      exit(rows.every(({ state }) => state === wanted) ? 0 : 1);
    });
}

const tones: Readonly<Record<VaultState, Tone>> = {
  sealed: 'good',
  previous: 'warn',
  plain: 'warn',
  locked: 'bad',
  broken: 'bad',
};

function describe(terminal: Terminal, [key, ...previous]: readonly string[], rows: readonly Row[]): string {
  const others = previous.length === 0 ? '' : `; ${previous.join(', ')} open too`;
  const head = key === undefined ? 'The configuration has no vault.\n' : `Sealed with the key ${key}${others}.\n`;
  if (rows.length === 0) return `${head}There is no credential file.\n`;
  const table = rows.map(({ file, state, kid, reason }) => {
    return [shown(terminal, file), { text: state, tone: tones[state] }, kid ?? '', reason ?? ''];
  });
  return head + formatTable([['file', 'state', 'key', 'reason'], ...table], { color: terminal.color, head: 'row' });
}
