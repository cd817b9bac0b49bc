// portico auth login: signs an account in, and keeps what comes of it as an account file.
import { Command } from 'commander';
import type { Granted, Login, LoginProblem } from '../../../accounts/login/login.ts';
import { milliseconds } from '../../../config/normalise/units.ts';
import { systemClock } from '../../../core/index.ts';
import { printable } from '../../../core/printable.ts';
import { CommandFailure } from '../../failure.ts';
import { checkName } from '../../name.ts';
import type { Exit } from '../../program.ts';
import { withProgress } from '../../progress.ts';
import type { Terminal } from '../../terminal.ts';
import { pickLogin, splitName } from '../pick.ts';
import { type Place, readPlace } from '../place.ts';
import { whenOver } from '../words.ts';
import { announce } from './announce.ts';
import { awaitLogin } from './await.ts';
import { type KeepingOptions, type Kept, keep, whyNowhere } from './kept.ts';
import { codeOf, explained } from './refused.ts';
import { chooseWay, type Way, type WayOptions } from './way.ts';

interface Options extends KeepingOptions, WayOptions {
  readonly timeout: string;
  readonly json?: boolean;
}

const help = `
A browser is opened where there is one, and its answer comes back to a listener on this computer that is there for the login alone.
Without a terminal, a display or over SSH the vendor's device code is used where it has one; else the address is printed, and the
address that the browser ends at may be given on standard input. The OAuth client is yours: providers[].oauth in gateway.yaml.

--json prints a line when there is somewhere to go ("event": "started") and one at the end ("done" or "failed").

Exit code: 0 signed in, 1 not, 2 asked or configured wrongly.

Examples:
  portico auth login acme
  portico auth login acme --account ada --no-browser
  portico auth login acme --callback-port 9001
  portico auth login acme --paste
  portico auth login acme --device --json
`;

export function authLoginCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('login')
    .description('sign an account in')
    .argument(
      '[provider]',
      'a provider of gateway.yaml, or a directory with one instance (default: the only one, or the only one with a client)',
    )
    .option('--account <name>', 'what it shall be called; one of that name is brought up to date')
    .option('--no-browser', 'open no browser: print the address, and a QR code in a terminal')
    .option('--paste', 'listen for nothing: take the address that the browser ends at from standard input')
    .option('--device', 'by a code that is typed in on another device')
    .option('--callback-port <port>', 'where to listen for the answer; 0 lets the system choose')
    .option('--to <directory>', 'where the account file goes (default: accounts.directory)')
    .option('--timeout <time>', 'how long to wait', '5m')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print what happens as lines of JSON')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const { provider, account } = splitName(named, options.account);
      exit(await signIn(terminal, provider, { ...options, ...(account === undefined ? {} : { account }) }));
    });
}

async function signIn(terminal: Terminal, named: string | undefined, options: Options): Promise<number> {
  const { clock = systemClock } = terminal;
  const limitMs = timeOf(options.timeout);
  const callbackPort = portOf(options.callbackPort);
  if (options.account !== undefined) checkName(options.account);
  const place = await readPlace(terminal, options);
  const facts = pickLogin(place, named);
  const nowhere = await whyNowhere(terminal, place, facts.provider, options);
  if (nowhere !== undefined && facts.clientId !== undefined) throw nowhere;
  const way = chooseWay(facts, options, {
    platform: process.platform,
    env: terminal.env,
    watched: terminal.outIsTerminal === true,
    canOpen: terminal.openBrowser !== undefined,
  });
  const { startLogin } = await import('../../../accounts/login/start-login.ts');
  const starting = startLogin(facts, {
    clock,
    flow: way.flow,
    listen: way.listen,
    callbackPort,
    limitMs,
    note(message) {
      terminal.status?.(undefined);
      terminal.error(`${message}\n`);
    },
  });
  const started = await withProgress(terminal, `asking ${facts.title} for a login`, starting);
  const refuse = async (problem: LoginProblem) => {
    const { remedy, ...rest } = await explained(problem, facts, callbackPort);
    // All that is missing at once.
    const more = nowhere === undefined ? '' : `\n${nowhere.message}\n${nowhere.remedy}`;
    return failed(terminal, { ...rest, remedy: `${remedy}${more}` }, options);
  };
  if ('problem' in started) return refuse(started.problem);
  const { login } = started;
  const outcome = await tell(terminal, login, way, options)
    .then(() => awaitLogin(terminal, login, way, clock))
    // Whatever went wrong: a listener must not outlive it.
    .finally(() => login.cancel());
  if ('problem' in outcome) return refuse(outcome.problem);
  return finish(terminal, place, login, outcome.granted, options);
}

async function tell(terminal: Terminal, login: Login, way: Way, { json }: Options): Promise<void> {
  const { url, flow, userCode, verificationUrl, redirectUri, expiresAt, facts } = login;
  if (json) {
    const { provider } = facts;
    const told = { event: 'started', provider, flow, url, userCode, verificationUrl, redirectUri, expiresAt };
    terminal.out(`${JSON.stringify(told)}\n`);
    if (way.why !== undefined) terminal.error(`No browser is opened, for ${way.why}.\n`);
  }
  const opened = way.open && (await terminal.openBrowser?.(url)) === true;
  if (!json) terminal.out(await announce(terminal, login, way, opened));
}

async function finish(
  terminal: Terminal,
  place: Place,
  login: Login,
  granted: Granted,
  options: Options,
): Promise<number> {
  const { clock = systemClock } = terminal;
  const kept = await keep(terminal, place, login, granted, options, clock);
  const { provider, account, file, outcome, names, served, before } = kept;
  const { expiresAt } = login.facts.exchanged ? { expiresAt: undefined } : granted.tokens;
  if (options.json) {
    const { email, plan } = names;
    const told = { event: 'done', provider, account, email, plan, expiresAt, file, outcome, served };
    terminal.out(`${JSON.stringify(told)}\n`);
  } else {
    // Names are the vendor's words.
    const who = printable(names.email ?? names.accountId ?? '');
    const plan = names.plan === undefined ? '' : ` (${printable(names.plan)})`;
    const until = expiresAt === undefined ? '' : `Token until ${whenOver(expiresAt, clock.now())}.\n`;
    terminal.out(`Signed in${who === '' ? '' : ` as ${who}`}${plan}: ${provider}/${account} was ${outcome}.\n`);
    terminal.out(`${until}${file}\n${gatewayWord(kept, place, options)}\n`);
  }
  if (before !== undefined)
    terminal.error(`This account was ${printable(before)} before: it is somebody else's now.\n`);
  return 0;
}

function gatewayWord({ served, read }: Kept, { file }: Place, { to }: Options): string {
  if (!read) {
    const what =
      to === undefined
        ? '`portico check` shows why it is not read.'
        : `It is not read until ${file} names it: accounts.directory, or the account's \`file\`.`;
    return what;
  }
  if (served === 'yes') return 'The running gateway has it.';
  if (served === 'not-yet') return 'The running gateway does not have it yet: `portico status` shows what it serves.';
  return 'A gateway that is started has it.';
}

function failed(terminal: Terminal, problem: LoginProblem, { json }: Options): never {
  const { code, message, remedy } = problem;
  if (json) terminal.out(`${JSON.stringify({ event: 'failed', error: { code, message, remedy } })}\n`);
  throw new CommandFailure(message, remedy, codeOf(problem));
}

function timeOf(text: string): number {
  const limit = /^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(text) ? milliseconds(text) : 0;
  if (limit > 0) return limit;
  throw new CommandFailure(`--timeout ${text} is no time.`, 'Say 90s, 5m or 1h.');
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new CommandFailure(`--callback-port ${text} is no port.`, 'A port is a number from 0 to 65535.');
}
