// Which provider or account a person means by what was typed: an instance, or a directory that has exactly one; an account,
// or the only one there is. What cannot be told is an error that says what there is.
import { flowsOf } from '../../config/credentials/logins.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import { suggest } from '../../config/validate/nearest.ts';
import { CommandFailure } from '../failure.ts';
import type { Place } from './place.ts';
import type { AccountStanding } from './standing.ts';

/** `acme/ada` names both. */
export function splitName(
  named: string | undefined,
  account: string | undefined,
): { readonly provider: string | undefined; readonly account: string | undefined } {
  const slash = named?.indexOf('/') ?? -1;
  if (named === undefined || slash === -1) return { provider: named, account };
  return { provider: named.slice(0, slash), account: account ?? named.slice(slash + 1) };
}

/** The same, the provider by the name of its instance. */
export function pickNamed(
  place: Place,
  named: string | undefined,
  account: string | undefined,
): ReturnType<typeof splitName> {
  const split = splitName(named, account);
  return { ...split, provider: split.provider === undefined ? undefined : pickProvider(place, split.provider) };
}

/** Throws CommandFailure with the lines to write where there is no such login. */
export function pickLogin(place: Place, named: string | undefined): LoadedLogin {
  const { logins } = place;
  if (named === undefined) {
    const only = onlyOf(logins) ?? onlyOf(logins.filter(({ clientId }) => clientId !== undefined));
    if (only !== undefined) return only;
    const remedy = logins.length === 0 ? whatToAdd(place, undefined) : `Say which: ${namesOf(logins)}.`;
    throw new CommandFailure('It is not said which provider to sign in to.', remedy);
  }
  const exact = logins.find(({ provider }) => provider === named);
  const ofDirectory = logins.filter(({ use, aliases = [] }) => [use, ...aliases].includes(named));
  const found = exact ?? (ofDirectory.length === 1 ? ofDirectory[0] : undefined);
  if (found !== undefined) return found;
  if (ofDirectory.length > 1) {
    throw new CommandFailure(`${ofDirectory.length} providers are of ${named}.`, `Say which: ${namesOf(ofDirectory)}.`);
  }
  throw noLogin(place, named);
}

function onlyOf<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

/** The name of a provider instance, by its own name, its directory's or what that is called besides. */
export function pickProvider(place: Place, named: string): string {
  const { providers } = place.config;
  const ofDirectory = providers.filter(({ directory, manifest }) =>
    [directory.name, ...(manifest.oauth?.aliases ?? [])].includes(named),
  );
  const found = providers.find(({ name }) => name === named) ?? (ofDirectory.length === 1 ? ofDirectory[0] : undefined);
  if (found !== undefined) return found.name;
  if (ofDirectory.length > 1) {
    const names = ofDirectory.map(({ name }) => name).join(', ');
    throw new CommandFailure(`${ofDirectory.length} providers are of ${named}.`, `Say which: ${names}.`);
  }
  const names = providers.map(({ name }) => name);
  throw new CommandFailure(
    `There is no provider "${named}" in ${place.file}${ended(suggest(named, names))}`,
    '`portico auth status` lists the accounts there are.',
  );
}

/** A suggestion may be a question. */
function ended(text: string): string {
  return text.endsWith('?') ? text : `${text}.`;
}

const mostListed = 20;

function listed(names: readonly string[]): string {
  const left = names.length - mostListed;
  return names.slice(0, mostListed).join(', ') + (left > 0 ? ` and ${left} more` : '');
}

/** Throws CommandFailure unless exactly one is meant. */
export function pickAccount(
  standings: readonly AccountStanding[],
  provider: string | undefined,
  account: string | undefined,
): AccountStanding {
  const within = standings.filter((one) => provider === undefined || one.provider === provider);
  const meant = account === undefined ? within : within.filter((one) => one.account === account);
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return only;
  const known = within.map((one) => `${one.provider}/${one.account}`);
  if (only !== undefined) {
    throw new CommandFailure('There are several accounts.', `Say which: ${listed(known)}.`);
  }
  const what = account === undefined ? 'account' : `account "${account}"`;
  const where = provider === undefined ? '' : ` of ${provider}`;
  const remedy = `\`portico auth login${provider === undefined ? '' : ` ${provider}`}\` adds one.`;
  throw new CommandFailure(
    `There is no ${what}${where}.`,
    known.length === 0 ? remedy : `There are: ${listed(known)}.`,
  );
}

/** The same among those whose credential stands in a file. */
export function pickKept(
  standings: readonly AccountStanding[],
  provider: string | undefined,
  account: string | undefined,
): AccountStanding {
  const inline = standings.find((one) => {
    return one.provider === provider && one.account === account && one.file === undefined;
  });
  if (inline !== undefined) {
    throw new CommandFailure(
      `The credential of ${provider}/${account} stands in the configuration, in no file of its own.`,
      'Edit it there: `portico config show` tells where, secrets masked.',
    );
  }
  const kept = standings.filter((one) => one.file !== undefined && one.provider !== '-');
  return pickAccount(kept, provider, account);
}

function namesOf(logins: readonly LoadedLogin[]): string {
  return logins.map(({ provider }) => provider).join(', ');
}

function noLogin(place: Place, named: string): CommandFailure {
  const { providers } = place.config;
  const instance = providers.find(({ name }) => name === named);
  if (instance !== undefined) {
    const message = instance.enabled
      ? `Nobody signs in to ${named}: its directory "${instance.directory.name}" knows no login.`
      : `The provider ${named} is switched off.`;
    const other = 'Give its accounts an API key, or name endpoints and client under `oauth:` of the provider.';
    return new CommandFailure(message, instance.enabled ? other : 'Set `enabled: true` on it.');
  }
  const possible = directoriesWithLogin(place);
  const directory =
    possible.find((name) => name === named) ?? possible.find((name) => aliasesOf(place, name).includes(named));
  if (directory !== undefined) {
    return new CommandFailure(`${place.file} has no provider for "${named}".`, whatToAdd(place, directory));
  }
  const known = [...place.logins.map(({ provider }) => provider), ...possible];
  return new CommandFailure(
    `There is no provider "${named}" to sign in to${ended(suggest(named, [...new Set(known)]))}`,
    '`portico auth list` shows where one can sign in.',
  );
}

function aliasesOf({ definitions }: Place, directory: string): readonly string[] {
  return definitions.get(directory)?.manifest?.oauth?.aliases ?? [];
}

function canBeSignedInTo({ definitions }: Place, directory: string): boolean {
  return flowsOf(definitions.get(directory)?.manifest?.oauth ?? {}).length > 0;
}

/** Directories of which an instance could be made. */
export function directoriesWithLogin(place: Place): string[] {
  return [...place.definitions.keys()].filter((name) => canBeSignedInTo(place, name)).sort();
}

/** Lines for gateway.yaml, and the command that writes them. */
function whatToAdd(place: Place, directory: string | undefined): string {
  const name = directory ?? directoriesWithLogin(place)[0] ?? 'acme';
  const register = place.definitions
    .get(directory ?? '')
    ?.manifest?.oauth?.register?.trim()
    .replaceAll(/\s+/g, ' ');
  const first = directory === undefined ? '`portico auth list` shows where one can sign in.' : register;
  return [
    ...(first === undefined ? [] : [first]),
    'Add it under providers:',
    `  - name: ${name}`,
    '    oauth: { clientId: the-id-of-your-client }',
    'or have it written:',
    `  portico config set 'providers[+]' '{ name: ${name}, oauth: { clientId: the-id-of-your-client } }'`,
  ].join('\n');
}
