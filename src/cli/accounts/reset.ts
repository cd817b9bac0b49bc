// portico accounts reset: an account that was put aside is asked again at once.
import { Command } from 'commander';
import { requireRunning } from '../control.ts';
import { CommandFailure } from '../failure.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly all?: boolean;
  readonly model?: string;
  readonly state?: string;
}

const help = `
Examples:
  portico accounts reset upstream/main
  portico accounts reset upstream/main --model large
  portico accounts reset --all
`;

export function accountsResetCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('reset')
    .description('have accounts asked again that were put aside')
    .argument('[account]', 'provider/account')
    .option('--model <model>', 'for this model alone, as the provider calls it')
    .option('--all', 'all accounts')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .addHelpText('after', help)
    .action((account: string | undefined, options: Options) => reset(terminal, account, options));
}

async function reset(terminal: Terminal, account: string | undefined, options: Options): Promise<void> {
  const { all = false, model } = options;
  if ((account === undefined) !== all || (all && model !== undefined)) {
    throw new CommandFailure('Name one account, or all of them.', 'Say `provider/account`, or --all.');
  }
  const slash = account?.indexOf('/') ?? 0;
  if (account !== undefined && slash < 1) {
    throw new CommandFailure(`${account} names no account.`, 'Say `provider/account`; `portico accounts` lists them.');
  }
  const running = await requireRunning(locateState(terminal, options.state));
  const taken = await running.resetAccounts(
    account === undefined ? undefined : { provider: account.slice(0, slash), account: account.slice(slash + 1), model },
  );
  // The account as a whole may be put aside all the same.
  const nothing = model === undefined ? 'Nothing was put aside.' : `${account} was not put aside for ${model} alone.`;
  terminal.out(taken === 0 ? `${nothing}\n` : `Taken back: ${taken}.\n`);
}
