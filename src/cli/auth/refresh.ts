// portico auth refresh: new tokens now. By the running gateway where there is one, else by this command, under the file's lock.
import { Command } from 'commander';
import type { Refreshed } from '../../accounts/credential-status.ts';
import { refreshAccount } from '../../accounts/keep/refresh-once.ts';
import { MintError } from '../../accounts/minted.ts';
import { systemClock } from '../../core/index.ts';
import { printable } from '../../core/printable.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { pickAccount, pickNamed } from './pick.ts';
import { type Place, type PlaceOptions, readPlace, runningAt } from './place.ts';
import { sideBySide } from './side-by-side.ts';
import type { AccountStanding } from './standing.ts';
import { standingsAt } from './status.ts';
import { nameOf, whenOver } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly json?: boolean;
}

const help = `
The gateway refreshes tokens ahead of their end by itself. Without --account all token sets of the provider are refreshed.

Exit code: 0 refreshed, 1 one was not, 2 asked or configured wrongly, 3 one can only be had again by signing in.

Examples:
  portico auth refresh
  portico auth refresh acme --account ada
  portico auth refresh acme/ada --json
`;

/** What became of one. */
export interface RefreshResult extends Partial<Refreshed> {
  readonly provider: string;
  readonly account: string;
  readonly by: 'gateway' | 'command';
  readonly error: string | undefined;
  /** Nothing but a new login helps. */
  readonly final: boolean;
}

export function authRefreshCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('refresh')
    .description('get new tokens now')
    .argument('[provider]', 'a provider, or provider/account (default: all)')
    .option('--account <name>', 'one of its accounts')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the results as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const place = await readPlace(terminal, options);
      const wanted = await wantedOf(terminal, place, named, options);
      const results = await sideBySide(terminal, 'refreshing', wanted, (one) =>
        refreshOne(terminal, place, one, options),
      );
      terminal.out(options.json ? `${JSON.stringify(results, null, 2)}\n` : results.map(describe).join(''));
      const failed = results.filter(({ error }) => error !== undefined);
      if (failed.length > 0) exit(failed.some(({ final }) => final) ? 3 : 1);
    });
}

async function wantedOf(
  terminal: Terminal,
  place: Place,
  named: string | undefined,
  options: Options,
): Promise<readonly AccountStanding[]> {
  const { provider: name, account } = pickNamed(place, named, options.account);
  const standings = await standingsAt(terminal, options, Date.now(), place);
  if (account !== undefined) return [pickAccount(standings, name, account)];
  const token = standings.filter(
    ({ kind, provider: of, state }) => kind === 'oauth' && (name === undefined || of === name) && state !== 'off',
  );
  if (token.length > 0) return token;
  throw new CommandFailure(
    `There is no token set${name === undefined ? '' : ` of ${name}`} to refresh.`,
    '`portico auth status` lists the accounts there are; keys do not end.',
  );
}

/** Never rejects for what becomes of the refresh. */
export async function refreshOne(
  terminal: Terminal,
  place: Place,
  { provider, account }: Pick<AccountStanding, 'provider' | 'account'>,
  options: PlaceOptions,
): Promise<RefreshResult> {
  const who = { provider, account };
  const running = await runningAt(terminal, options);
  if (running !== undefined) {
    try {
      return { ...who, by: 'gateway', ...(await running.refreshAccount(who)), error: undefined, final: false };
    } catch (thrown) {
      const final = thrown instanceof CommandFailure && thrown.code === 3;
      // The name stands before it already.
      const error = messageOf(thrown).replace(/^\S+ was not refreshed: /, '');
      return { ...who, by: 'gateway', error, final };
    }
  }
  const source = place.sources.find((one) => one.provider === provider && one.account === account);
  if (source === undefined) {
    const error = 'there is nothing to refresh: it has nothing that ends, or its file is not right';
    return { ...who, by: 'command', error, final: false };
  }
  const done = await refreshAccount(source, { clock: systemClock, signal: AbortSignal.timeout(mostMs) });
  if (!(done instanceof MintError)) return { ...who, by: 'command', ...done, error: undefined, final: false };
  return { ...who, by: 'command', error: done.message, final: done.final };
}

const mostMs = 60_000;

function describe(result: RefreshResult): string {
  const { error, expiresAt, refreshed, kept, final } = result;
  const name = nameOf(result);
  if (error !== undefined) {
    const remedy = final
      ? `\n\`portico auth login ${result.provider} --account ${result.account}\` signs in again.`
      : '';
    return `${name}: not refreshed: ${printable(error)}${remedy}\n`;
  }
  const word = refreshed === false ? 'had been refreshed already' : 'refreshed';
  const memory = kept === 'memory' ? '; its file cannot be written, so the new tokens are lost when this ends' : '';
  return `${name}: ${word}, valid until ${whenOver(expiresAt, Date.now())}${memory}\n`;
}
