// portico accounts probe: asks one account whether it works.
import { Command } from 'commander';
import type { Probed } from '../../gateway/probe/probed.ts';
import { requireRunning } from '../control.ts';
import { CommandFailure } from '../failure.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import { withProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly model?: string;
  readonly state?: string;
  readonly json?: boolean;
}

const help = `
The account is asked for its list of models; with --model (or where there is no list) to count the tokens of a word, else
for one token of an answer. What comes of it counts as for any request: an answer ends what the account was put aside for.

Exit code: 0 it answers, 1 it does not.

Examples:
  portico accounts probe acme/main
  portico accounts probe acme/main --model large
`;

export function accountsProbeCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('probe')
    .description('ask an account whether it works')
    .argument('<account>', 'provider/account')
    .option('--model <model>', 'a model to ask, as the provider calls it')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', help)
    .action(async (account: string, options: Options) => {
      const slash = account.indexOf('/');
      if (slash < 1) {
        throw new CommandFailure(
          `${account} names no account.`,
          'Say `provider/account`; `portico accounts` lists them.',
        );
      }
      const running = await requireRunning(locateState(terminal, options.state));
      const { model } = options;
      const whom = { provider: account.slice(0, slash), account: account.slice(slash + 1), model };
      const probed = await withProgress(terminal, `asking ${account}`, running.probe(whom));
      terminal.out(options.json ? `${JSON.stringify(probed, null, 2)}\n` : describe(probed));
      exit(probed.answered ? 0 : 1);
    });
}

const asked = { models: 'its list of models', 'count-tokens': 'a count of tokens', chat: 'one token of an answer' };

function describe({ provider, account, asked: what, answered, ms, failure, reason, cooled }: Probed): string {
  const head = `${provider}/${account}, asked for ${asked[what]},`;
  if (answered) return `${head} answered in ${Math.round(ms)} ms.\n`;
  const why = reason === undefined ? '' : `: ${reason}`;
  const aside = cooled === undefined ? '' : `It is put aside until ${new Date(cooled.until).toISOString()}.\n`;
  return `${head} failed with ${failure ?? 'no answer'}${why}\n${aside}`;
}
