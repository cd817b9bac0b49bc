// portico auth logout: an account's tokens are revoked at the vendor, then its file is removed.
import { realpath } from 'node:fs/promises';
import { Command } from 'commander';
import { dropAccount } from '../../accounts/file/drop-account.ts';
import type { Revocation } from '../../accounts/login/revoke.ts';
import { noVault } from '../../config/credentials/vault/vault.ts';
import { systemClock } from '../../core/index.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import type { Exit } from '../program.ts';
import { withProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { pickKept, pickNamed } from './pick.ts';
import { type Place, type PlaceOptions, readPlace } from './place.ts';
import { type AccountStanding, standingsOf } from './standing.ts';
import { nameOf } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly keepRemote?: boolean;
  readonly json?: boolean;
}

const help = `
The file goes even where the vendor cannot be asked: it says then that the tokens are good until they end, and what to do. A running
gateway lets go of the account within a second; requests that run finish.

Exit code: 0 signed out, 1 the tokens could not be revoked or the file not be removed, 2 asked or configured wrongly.

Examples:
  portico auth logout acme
  portico auth logout acme --account ada
  portico auth logout acme/ada --keep-remote
`;

export function authLogoutCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('logout')
    .description('revoke the tokens of an account and remove its file')
    .argument('[provider]', 'a provider, or provider/account (default: the only account there is)')
    .option('--account <name>', 'one of its accounts')
    .option('--keep-remote', 'revoke nothing at the vendor: others may use the tokens')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const place = await readPlace(terminal, options);
      const { provider: name, account } = pickNamed(place, named, options.account);
      const standing = pickKept(standingsOf(place, undefined, Date.now()), name, account);
      exit(await signOut(terminal, place, standing, options));
    });
}

async function signOut(terminal: Terminal, place: Place, standing: AccountStanding, options: Options): Promise<number> {
  const { provider, account, file, index, names } = standing;
  if (file === undefined) throw new CommandFailure(`${nameOf(standing)} has no file.`, 'Take it out of gateway.yaml.');
  const revoked: Revoked =
    options.keepRemote === true
      ? { state: 'kept' }
      : await withProgress(terminal, `revoking ${nameOf(standing)}`, revokeAt(place, standing));
  const { accountsVault: vault = noVault } = place.result;
  const real = await realpath(file).catch(() => file);
  const removed = await dropAccount({ file, index, names, vault, household: place.household }).catch(
    (thrown: unknown) => {
      const done = revoked.state === 'revoked' ? 'Its tokens are revoked. ' : '';
      const message = `${nameOf(standing)} could not be removed: ${messageOf(thrown)}.`;
      throw new CommandFailure(message, `${done}Remove it from ${file} by hand.`, 1);
    },
  );
  if (options.json) {
    const problem = 'problem' in revoked ? revoked.problem : undefined;
    terminal.out(`${JSON.stringify({ provider, account, file, removed, revoked: revoked.state, problem })}\n`);
  } else {
    const gone = removed === 'item' ? `it is no part of ${file} any more` : `${file} is gone`;
    terminal.out(`Signed out: ${nameOf(standing)}; ${gone}.\n`);
  }
  if (removed === 'link') terminal.error(`That was a link: its tokens still stand in ${real}. Remove that file too.\n`);
  if (place.files.has(`${provider}/${account}`)) {
    terminal.error(`${place.file} still names this account: it is off until somebody signs in to it again.\n`);
  }
  terminal.error(leftAtVendor(revoked));
  return revoked.state === 'failed' ? 1 : 0;
}

function leftAtVendor(revoked: Revoked): string {
  const remedy =
    "Take the access away in the account's settings at the vendor; till then the tokens are good until they end.\n";
  if (revoked.state === 'failed') return `Its tokens were not revoked: ${revoked.problem.message}\n${remedy}`;
  return revoked.state === 'not-offered' ? `Its tokens were not revoked: the vendor offers no way to.\n${remedy}` : '';
}

/** `kept`: nothing was asked of the vendor. `nothing`: there was no token to revoke. */
type Revoked = Revocation | { readonly state: 'kept' | 'nothing' };

const mostMs = 30_000;

async function revokeAt({ sources, logins }: Place, { provider, account, kind }: AccountStanding): Promise<Revoked> {
  const source = sources.find((one) => one.provider === provider && one.account === account);
  if (kind !== 'oauth' || source === undefined) return { state: 'nothing' };
  const facts = logins.find((one) => one.provider === provider);
  if (facts === undefined) return { state: 'not-offered' };
  const { revoke } = await import('../../accounts/login/revoke.ts');
  return revoke(facts, source.tokens, { clock: systemClock, signal: AbortSignal.timeout(mostMs) });
}
