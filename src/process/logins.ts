// The logins of this gateway: its providers as served, its own directory of account files, its log.
import { dirname } from 'node:path';
import { keepLogin } from '../accounts/login/keep-login.ts';
import type { Granted } from '../accounts/login/login.ts';
import { startLogin } from '../accounts/login/start-login.ts';
import type { Household } from '../config/credentials/owner.ts';
import { noVault } from '../config/credentials/vault/vault.ts';
import type { LoadedConfig, LoadedLogin, LoadResult } from '../config/loaded.ts';
import type { KeptAccount, LoginWish } from '../control/logins/logins.ts';
import { LoginRegistry } from '../control/logins/registry.ts';
import type { ControlThread } from './control-thread.ts';

export function loginsFor(control: ControlThread): LoginRegistry {
  return new LoginRegistry({
    clock: control.options.clock,
    start: startLogin,
    facts: () => newest(control)?.logins ?? [],
    whyNot: (wish) => whyNowhere(control, wish),
    keep: (granted, facts, account) => keep(control, granted, facts, account),
    clean: (text) => control.logging.redactor.clean(text),
    say: (level, message) => control.logging.say(level, 'logins', message),
  });
}

/**
 * What is served, as it was read last: a client secret in a file of its own may have changed without the configuration
 * having. Undefined while nothing is served.
 */
function newest({ reloader, lastLoaded }: ControlThread): LoadResult | undefined {
  const served = reloader.served?.loaded;
  return served !== undefined && served.config?.digest === lastLoaded?.config?.digest ? lastLoaded : served;
}

function whyNowhere(control: ControlThread, { provider, account }: LoginWish): string | undefined {
  const home = newest(control)?.accountsHome;
  if (home !== undefined || fileOf(control, provider, account) !== undefined) return undefined;
  return 'The configuration names no directory for account files.';
}

/** Where the configuration says the credential of this account is; undefined where that is the directory's own business. */
function fileOf(control: ControlThread, provider: string, account: string | undefined): string | undefined {
  const { credentials = [], accountsHome } = newest(control) ?? {};
  const file = credentials.find((each) => each.provider === provider && each.account === account)?.origin?.file;
  return file === undefined || dirname(file) === accountsHome ? undefined : file;
}

async function keep(
  control: ControlThread,
  granted: Granted,
  facts: LoadedLogin,
  account: string | undefined,
): Promise<KeptAccount> {
  const { accessToken, refreshToken, idToken } = granted.tokens;
  const secrets = [accessToken, refreshToken, idToken, granted.fields.apiKey];
  control.logging.redactor.add(secrets.filter((secret) => secret !== undefined));
  const { config } = control.served;
  const file = fileOf(control, facts.provider, account);
  const { accountsHome, accountsVault: vault = noVault } = newest(control) ?? {};
  const directory = accountsHome ?? (file && dirname(file));
  if (directory === undefined) throw new Error('the configuration names no directory for account files any more');
  const now = control.options.clock.now();
  const { egress } = config;
  const kept = await keepLogin(granted, {
    facts,
    household: householdOf(config),
    directory,
    vault,
    egress,
    account,
    file,
    now,
  });
  await control.reloader.request();
  const { email, plan } = kept.names;
  const served = isServed(control, facts.provider, kept.account);
  return { account: kept.account, outcome: kept.outcome, before: kept.before, file: kept.file, email, plan, served };
}

function householdOf({ providers }: LoadedConfig): Household {
  const instances = providers.map(({ name, directory, enabled }) => ({ name, directory: directory.name, enabled }));
  const shapes = providers.map(({ directory, manifest }) => [directory.name, manifest.accountFiles ?? []] as const);
  return { instances, shapes: new Map(shapes) };
}

function isServed({ served }: ControlThread, provider: string, account: string): boolean {
  const accounts = served.config.providers.find(({ name }) => name === provider)?.accounts ?? [];
  return accounts.some(({ name, disabled }) => name === account && disabled === undefined);
}
