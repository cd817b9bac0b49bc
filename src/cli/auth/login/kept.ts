// A login that went well: its account file is written, and it is found out whether the running gateway has it.
import { dirname, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { whyNothingCanBeMade } from '../../../accounts/file/writable.ts';
import { type KeptLogin, keepLogin } from '../../../accounts/login/keep-login.ts';
import type { Granted, Login } from '../../../accounts/login/login.ts';
import { noVault } from '../../../config/credentials/vault/vault.ts';
import type { Clock } from '../../../core/index.ts';
import { CommandFailure, messageOf, systemCode } from '../../failure.ts';
import { withProgress } from '../../progress.ts';
import type { Terminal } from '../../terminal.ts';
import { type Place, type PlaceOptions, readPlace, runningAt } from '../place.ts';

export interface KeepingOptions extends PlaceOptions {
  readonly account?: string;
  readonly to?: string;
}

/** `account`: as the configuration calls it. `served`: what the running gateway makes of it; undefined where none runs. */
export interface Kept extends KeptLogin {
  readonly provider: string;
  readonly served: 'yes' | 'not-yet' | undefined;
  /** Whether the configuration reads the file. */
  readonly read: boolean;
}

/** Where account files go. Throws CommandFailure where nothing says it: before anybody signs in. */
function directoryFor(terminal: Terminal, place: Place, provider: string, options: KeepingOptions): string {
  if (options.to !== undefined) return resolve(terminal.cwd, options.to);
  const { accountsHome } = place.result;
  if (accountsHome !== undefined) return accountsHome;
  if (fileFor(place, provider, options) !== undefined) return place.file;
  throw new CommandFailure(
    'The configuration names no directory for account files.',
    `Set one (portico config set accounts '{ directory: ./accounts }'), or say --to.`,
  );
}

/** Why nothing could be kept: before anybody signs in. */
export async function whyNowhere(
  terminal: Terminal,
  place: Place,
  provider: string,
  options: KeepingOptions,
): Promise<CommandFailure | undefined> {
  try {
    const directory = directoryFor(terminal, place, provider, options);
    const file = fileFor(place, provider, options);
    const why = await whyNothingCanBeMade(file === undefined ? directory : dirname(file));
    return why === undefined
      ? undefined
      : new CommandFailure(`The account could not be kept: ${why}.`, `${makeWritable}.`, 1);
  } catch (thrown) {
    if (thrown instanceof CommandFailure) return thrown;
    throw thrown;
  }
}

const makeWritable = 'Make the directory writable for this user, or say --to';

function isFull(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The file that the configuration names for this account. */
function fileFor({ files }: Place, provider: string, { account, to }: KeepingOptions): string | undefined {
  return to === undefined && account !== undefined ? files.get(`${provider}/${account}`) : undefined;
}

export async function keep(
  terminal: Terminal,
  place: Place,
  { facts }: Login,
  granted: Granted,
  options: KeepingOptions,
  clock: Clock,
): Promise<Kept> {
  const { provider } = facts;
  const { household, config, result } = place;
  const { accountsVault: vault = noVault } = result;
  const directory = directoryFor(terminal, place, provider, options);
  const { account } = options;
  const file = fileFor(place, provider, options);
  const keeping = { facts, household, directory, vault, egress: config.egress, account, file, now: clock.now() };
  const kept = await keepLogin(granted, keeping).catch((thrown: unknown) => {
    throw new CommandFailure(
      `The login went well, but its account could not be kept: ${messageOf(thrown)}.`,
      `${isFull(thrown) ? 'Make room there, or say --to' : makeWritable}, and sign in again.`,
      1,
    );
  });
  const after = await readPlace(terminal, options).catch(() => place);
  const name = nameIn(after, provider, kept);
  const found = { ...kept, provider, account: name ?? kept.account };
  if (name === undefined) return { ...found, read: false, served: undefined };
  const served = await withProgress(terminal, 'waiting for the gateway to take it', servedBy(terminal, found, options));
  return { ...found, read: true, served };
}

/** As the configuration calls it; undefined where it has no such account that can be used. */
function nameIn({ sources, config }: Place, provider: string, { file, account }: KeptLogin): string | undefined {
  const ofFile = sources.filter((one) => one.provider === provider && one.origin?.file === file);
  const source = ofFile.find((one) => one.account === account) ?? (ofFile.length === 1 ? ofFile[0] : undefined);
  if (source !== undefined) return source.account;
  const accounts = config.providers.find(({ name }) => name === provider)?.accounts ?? [];
  // A key is no credential that changes: it is known by its name alone.
  return accounts.find(
    ({ name, apiKey, disabled }) => name === account && apiKey !== undefined && disabled === undefined,
  )?.name;
}

/** Its watcher needs a moment. */
const mostLooks = 30;
const betweenMs = 100;

async function servedBy(
  terminal: Terminal,
  { provider, account }: Pick<Kept, 'provider' | 'account'>,
  options: PlaceOptions,
): Promise<Kept['served']> {
  const running = await runningAt(terminal, options).catch(() => undefined);
  if (running === undefined) return undefined;
  for (let look = 0; look < mostLooks; look += 1) {
    const accounts = await running.accounts();
    const found = accounts.find((one) => one.provider === provider && one.name === account);
    if (found !== undefined && found.state !== 'disabled') return 'yes';
    await pause(betweenMs);
  }
  return 'not-yet';
}
