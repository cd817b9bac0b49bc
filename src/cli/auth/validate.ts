// portico auth validate: asks whether an account works. The running gateway probes it as it would be used; without one the
// vendor's userinfo endpoint is asked, or a token that is over is refreshed.
import { Command } from 'commander';
import picocolors from 'picocolors';
import { request } from 'undici';
import type { CredentialSource, LoadedLogin } from '../../config/loaded.ts';
import { openEgress } from '../../upstream/egress/open-egress.ts';
import { messageOf } from '../failure.ts';
import type { Exit } from '../program.ts';
import { withProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { pickProvider, splitName } from './pick.ts';
import { type Place, type PlaceOptions, readPlace, runningAt } from './place.ts';
import { refreshOne } from './refresh.ts';
import type { AccountStanding } from './standing.ts';
import { standingsAt } from './status.ts';
import { moment, nameOf } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly json?: boolean;
}

const help = `
A running gateway probes the account: the question goes the way requests go, and may refresh its token. Without one the vendor's
userinfo endpoint is asked where it has one, after a refresh where the token is over; where there is nobody to ask, it says so.

Exit code: 0 valid, 2 asked or configured wrongly, 3 not valid.

Examples:
  portico auth validate
  portico auth validate acme --account ada
  portico auth validate --json || mail -s 'sign in again' ops@example.com
`;

interface Validation {
  readonly provider: string;
  readonly account: string;
  readonly valid: boolean;
  /** Who was asked. */
  readonly asked: 'gateway' | 'userinfo' | 'refresh' | 'nobody';
  readonly reason: string | undefined;
  readonly user: string | undefined;
  readonly plan: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
}

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
      const { provider, account } = splitName(named, options.account);
      const name = provider === undefined ? undefined : pickProvider(place, provider);
      const all = await standingsAt(terminal, options, Date.now(), place);
      const wanted = all.filter(
        (one) =>
          one.state !== 'off' &&
          (name === undefined || one.provider === name) &&
          (account === undefined || one.account === account),
      );
      const results: Validation[] = [];
      for (const one of wanted) {
        results.push(
          await withProgress(terminal, `asking about ${nameOf(one)}`, validate(terminal, place, one, options)),
        );
      }
      if (options.json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
      else terminal.out(results.length === 0 ? nobody : results.map((one) => describe(one, terminal.color)).join('\n'));
      exit(results.length > 0 && results.every(({ valid }) => valid) ? 0 : 3);
    });
}

const nobody = 'There is no such account. `portico auth login` adds one.\n';

async function validate(
  terminal: Terminal,
  place: Place,
  standing: AccountStanding,
  options: PlaceOptions,
): Promise<Validation> {
  const { provider, account, names, expiresAt } = standing;
  const base = { provider, account, user: names.email ?? names.accountId, plan: names.plan, expiresAt };
  if (standing.state === 'broken') return { ...base, valid: false, asked: 'nobody', reason: standing.reason };
  const running = await runningAt(terminal, options);
  if (running !== undefined) {
    const probed = await running.probe({ provider, account, model: undefined }).catch(messageOf);
    if (typeof probed === 'string') return { ...base, valid: false, asked: 'gateway', reason: probed };
    const reason = probed.answered ? undefined : [probed.failure, probed.reason].filter((word) => word).join(': ');
    return { ...base, valid: probed.answered, asked: 'gateway', reason };
  }
  if (standing.state === 'expired') return { ...base, valid: false, asked: 'nobody', reason: standing.reason };
  return { ...base, ...(await askVendor(terminal, place, standing, options)) };
}

type Answered = Pick<Validation, 'valid' | 'asked' | 'reason'> & { readonly expiresAt?: number | undefined };

async function askVendor(
  terminal: Terminal,
  place: Place,
  standing: AccountStanding,
  options: PlaceOptions,
): Promise<Answered> {
  const { provider, account } = standing;
  const find = ({ sources }: Place) => sources.find((one) => one.provider === provider && one.account === account);
  const login = place.logins.find((one) => one.provider === provider);
  const first = find(place);
  if (standing.state !== 'due') {
    const told = first && (await askUserinfo(login, first));
    if (told === undefined || told.valid || told.reason === undefined) return told ?? noOne(standing);
    if (first?.tokens.refreshToken === undefined || told.refused !== true) return told;
  }
  // Its token is over, by its time or by the vendor's word.
  const refreshed = await refreshOne(terminal, place, standing, options);
  if (refreshed.error !== undefined) return { valid: false, asked: 'refresh', reason: refreshed.error };
  return { valid: true, asked: 'refresh', reason: undefined, expiresAt: refreshed.expiresAt };
}

function noOne({ kind }: AccountStanding): Answered {
  const reason =
    kind === 'oauth'
      ? 'its vendor has no userinfo endpoint: by its time it is valid'
      : 'nobody knows of a key before it is used';
  return { valid: true, asked: 'nobody', reason: `${reason}; start the gateway to have it probed` };
}

const mostMs = 30_000;

/** Undefined: there is nobody to ask. */
async function askUserinfo(
  login: LoadedLogin | undefined,
  { tokens, egressUrl }: CredentialSource,
): Promise<(Answered & { readonly refused?: boolean }) | undefined> {
  // One that was traded is no token of the login any more.
  const url = login?.exchanged === true ? undefined : login?.userinfoUrl;
  if (url === undefined || tokens.accessToken === undefined || url.includes('{')) return undefined;
  await using egress = openEgress(egressUrl);
  try {
    const headers = {
      authorization: `Bearer ${tokens.accessToken}`,
      accept: 'application/json',
      'user-agent': 'portico',
    };
    const answer = await request(url, { headers, dispatcher: egress, signal: AbortSignal.timeout(mostMs) });
    await answer.body.dump();
    const { statusCode: status } = answer;
    if (status >= 200 && status <= 299) return { valid: true, asked: 'userinfo', reason: undefined };
    const reason = `${new URL(url).host} answered ${status}`;
    return { valid: false, asked: 'userinfo', reason, refused: status === 401 };
  } catch (thrown) {
    return { valid: false, asked: 'userinfo', reason: `${new URL(url).host} cannot be asked: ${messageOf(thrown)}` };
  }
}

function describe(one: Validation, color: boolean): string {
  const { green, red } = picocolors.createColors(color);
  const { valid, reason, user, plan, expiresAt, asked } = one;
  const head = valid
    ? green(`✓ Authentication valid: ${nameOf(one)}`)
    : red(`✗ Authentication not valid: ${nameOf(one)}`);
  const lines = [
    head,
    ...(user === undefined ? [] : [`User: ${user}`]),
    ...(plan === undefined ? [] : [`Plan: ${plan}`]),
    ...(expiresAt === undefined ? [] : [`Token expires: ${moment(expiresAt)}`]),
    ...(reason === undefined ? [] : [`${valid ? 'Not asked' : 'Reason'}: ${reason}`]),
    ...(valid || asked === 'gateway'
      ? []
      : [`\`portico auth login ${one.provider} --account ${one.account}\` signs in again.`]),
  ];
  return `${lines.join('\n')}\n`;
}
