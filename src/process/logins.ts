// The logins of this gateway: its providers as served, its own directory of account files, its log.
import { dirname } from 'node:path';
import { type KeptLogin, keepLogin } from '../accounts/login/keep-login.ts';
import type { Granted } from '../accounts/login/login.ts';
import { startLogin } from '../accounts/login/start-login.ts';
import { accountsNamed } from '../config/credentials/accounts-named.ts';
import { noVault } from '../config/credentials/vault/vault.ts';
import type { LoadedLogin, LoadResult } from '../config/loaded.ts';
import type { KeptAccount, LoginWish, Nowhere } from '../control/logins/logins.ts';
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

/** Where its account file would go must be known before anybody signs in. */
function whyNowhere(control: ControlThread, { provider, account }: LoginWish): Nowhere | undefined {
  if (fileOf(control, provider, account) !== undefined) return undefined;
  const { accountsHome, documents = [] } = newest(control) ?? {};
  const key = `${provider}/${account}`;
  if (account !== undefined && accountsNamed(documents, control.options.file).names.has(key)) {
    const message = `The configuration names the account ${key}, and no file for its credential.`;
    return {
      code: 'account-configured',
      message,
      remedy: 'Give it a `file` in place of its key, or sign in under another name.',
    };
  }
  if (accountsHome !== undefined) return undefined;
  const message = 'The configuration names no directory for account files.';
  return { code: 'no-directory', message, remedy: 'Set `accounts: { directory: ./accounts }` in gateway.yaml.' };
}

/** Where the configuration says the credential of this account is; undefined where that is the directory's own business. */
function fileOf(control: ControlThread, provider: string, account: string | undefined): string | undefined {
  const { credentials = [], documents = [], accountsHome } = newest(control) ?? {};
  const file = credentials.find((each) => each.provider === provider && each.account === account)?.origin?.file;
  if (file !== undefined && dirname(file) !== accountsHome) return file;
  return accountsNamed(documents, control.options.file).files.get(`${provider}/${account}`);
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
  const { accountsHome, accountsVault: vault = noVault, accountsHousehold: household } = newest(control) ?? {};
  const directory = accountsHome ?? (file && dirname(file));
  if (directory === undefined || household === undefined)
    throw new Error('the configuration names no directory for account files any more');
  const now = control.options.clock.now();
  const { egress } = config;
  const kept = await keepLogin(granted, {
    facts,
    household,
    directory,
    vault,
    egress,
    account,
    file,
    now,
  });
  await control.reloader.request();
  const { email, plan } = kept.names;
  const name = servedAs(control, facts.provider, kept);
  const { outcome, before } = kept;
  return { account: name ?? kept.account, outcome, before, file: kept.file, email, plan, served: name !== undefined };
}

/** As the configuration calls what was kept; undefined where requests cannot use it. */
function servedAs(control: ControlThread, provider: string, { file, account }: KeptLogin): string | undefined {
  const sources = newest(control)?.credentials ?? [];
  const ofFile = sources.filter((each) => each.provider === provider && each.origin?.file === file);
  const name = (ofFile.find((each) => each.account === account) ?? ofFile[0])?.account ?? account;
  const accounts = control.served.config.providers.find((each) => each.name === provider)?.accounts ?? [];
  const found = accounts.find((each) => each.name === name && each.disabled === undefined);
  // An API key is no credential that changes: it is known by its name alone.
  return found !== undefined && (ofFile.length > 0 || found.apiKey !== undefined) ? name : undefined;
}
