// portico auth validate: asks whether accounts work, and says who they are and until when.
import { Command } from 'commander';
import picocolors from 'picocolors';
import { printable } from '../../core/printable.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { askAccount, type Validation } from './ask-account.ts';
import { pickNamed } from './pick.ts';
import { type PlaceOptions, readPlace } from './place.ts';
import { sideBySide } from './side-by-side.ts';
import { standingsAt } from './status.ts';
import { moment, nameOf } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly json?: boolean;
}

const help = `
A running gateway probes the account: the question goes the way requests go, and may refresh its token. Without one the vendor's
userinfo endpoint is asked where it has one, after a refresh where the token is over; where there is nobody to ask, it says so.

Exit code: 0 valid (or a key, which only a gateway can try), 1 who was asked could not tell, 2 asked or configured wrongly, 3 one is
not valid, or there is none.

Examples:
  portico auth validate
  portico auth validate acme --account ada
  portico auth validate --json || mail -s 'sign in again' ops@example.com
`;

export function authValidateCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('validate')
    .description('ask whether accounts work')
    .argument('[provider]', 'a provider, or provider/account (default: all)')
    .option('--account <name>', 'one of its accounts')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print the results as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const place = await readPlace(terminal, options);
      const { provider: name, account } = pickNamed(place, named, options.account);
      const all = await standingsAt(terminal, options, Date.now(), place);
      const meant = all.filter(
        (one) => (name === undefined || one.provider === name) && (account === undefined || one.account === account),
      );
      const wanted = meant.filter(({ state }) => state !== 'off');
      const results = await sideBySide(terminal, 'asking about', wanted, (one) =>
        askAccount(terminal, place, one, options),
      );
      if (options.json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
      else if (results.length === 0) terminal.out(meant.length === 0 ? nobody : allOff);
      else terminal.out(results.map((one) => describe(one, terminal.color)).join('\n'));
      exit(codeOf(results));
    });
}

const nobody = 'There is no such account. `portico auth login` adds one.\n';
const allOff = 'Nobody was asked: the accounts are off. `portico auth status` says why.\n';

/** 1: somebody was asked and could not be; what nobody could be asked is no failure. */
function codeOf(results: readonly Validation[]): number {
  if (results.length === 0 || results.some(({ valid }) => valid === false)) return 3;
  return results.some(({ valid, asked }) => valid === undefined && asked !== 'nobody') ? 1 : 0;
}

function describe(one: Validation, color: boolean): string {
  const { green, red, yellow } = picocolors.createColors(color);
  const { valid, reason, user, plan, expiresAt, provider, account } = one;
  const name = nameOf(one);
  const lines = [
    valid === undefined ? yellow(`? Nobody could tell: ${name}`) : '',
    valid === true ? green(`✓ Authentication valid: ${name}`) : '',
    valid === false ? red(`✗ Authentication not valid: ${name}`) : '',
    user === undefined ? '' : `User: ${printable(user)}`,
    plan === undefined ? '' : `Plan: ${printable(plan)}`,
    expiresAt === undefined ? '' : `Token expires: ${moment(expiresAt)}`,
    reason === undefined ? '' : `${valid === true ? 'Not asked' : 'Reason'}: ${printable(reason)}`,
    valid === false && provider !== '-'
      ? `\`portico auth login ${provider} --account ${account}\` signs in again.`
      : '',
  ].filter((line) => line !== '');
  return `${lines.join('\n')}\n`;
}
