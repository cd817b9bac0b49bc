// What a credential file says of its account besides the credential, in this gateway's words and in those other gateways
// use. What has no counterpart here is named, never dropped in silence.
import { isTree, type Tree } from '../read/tree.ts';

export interface FileSettings {
  /** Settings of an account, not validated yet. */
  readonly account: Tree;
  /** A proxy that is given by its URL. */
  readonly proxyUrl: string | undefined;
  /** What has no counterpart, in words. */
  readonly unknown: readonly string[];
}

const own = ['enabled', 'priority', 'weight', 'headers', 'limits', 'egress', 'models', 'exclude', 'rename'];
const ownToo = ['tags', 'groups', 'note', 'queue', 'onError'];

/** With what to do instead. */
const without: Readonly<Record<string, string>> = {
  prefix: 'name the provider instance so: clients may ask for "name/model"',
  disable_cooling: 'set `cooling: off` on the provider',
  request_retry: 'the balancer decides how often it tries',
  refresh_interval_seconds: 'tokens are refreshed ahead of their end',
  cookie: 'cookies of a browser are not sent',
  cloak_mode: 'other clients are not imitated',
  cloak: 'other clients are not imitated',
};

export function settingsIn(item: Tree): FileSettings {
  const account: Tree = {};
  for (const name of [...own, ...ownToo])
    if (item[name] !== undefined && item[name] !== null) account[name] = item[name];
  if (item.disabled === true) account.enabled ??= false;
  const excluded = strings(item.excluded_models);
  if (excluded.length > 0) account.exclude ??= excluded;
  const renamed = aliases(item.model_aliases);
  if (Object.keys(renamed).length > 0) account.rename ??= renamed;
  const rules = rulesIn(item.request_scoped_errors);
  if (rules.length > 0) account.onError ??= rules;
  // Vendors write a null or an empty text where nothing is set.
  for (const name of ['note', 'egress']) if (account[name] === '') delete account[name];
  const copied = copiedHeaders(account);
  const unknown = Object.entries(without).flatMap(([name, remedy]) =>
    Object.hasOwn(item, name) && isSaid(item[name]) ? [`"${name}" has no counterpart: ${remedy}`] : [],
  );
  return { account, proxyUrl: proxyIn(item), unknown: [...unknown, ...copied] };
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== '' && value !== false && value !== 0;
}

function proxyIn(item: Tree): string | undefined {
  const url = item.proxy_url;
  return typeof url === 'string' && url.trim() !== '' ? url.trim() : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string' && text !== '') : [];
}

/** `{ alias: name }` or `[{ name, alias }]` -> name clients ask for to id. */
function aliases(value: unknown): Record<string, string> {
  const pairs: [unknown, unknown][] = Array.isArray(value)
    ? value.filter(isTree).map(({ alias, name }) => [alias, name])
    : Object.entries(isTree(value) ? value : {});
  return Object.fromEntries(pairs.filter(([alias, name]) => typeof alias === 'string' && typeof name === 'string'));
}

/** Rules on errors: one of ours for each text they look for. */
function rulesIn(value: unknown): Tree[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isTree).flatMap((rule) => {
    const then = String(rule.action ?? 'stop').startsWith('continue') ? 'next' : 'stop';
    const cool = String(rule.action ?? '').endsWith('cooldown') ? {} : { cool: 0 };
    const patterns = strings(rule['match-regexr'] ?? rule.match_regexr).map((text) => `/${text}/`);
    const matches = [...strings(rule.match), ...patterns];
    const base = { status: rule.status, then, ...cool };
    return matches.length === 0 ? [base] : matches.map((match) => ({ ...base, match }));
  });
}

/** A value `$Name` copies a client's header elsewhere: taken out, and said. */
function copiedHeaders(account: Tree): string[] {
  if (!isTree(account.headers)) return [];
  const copied = Object.entries(account.headers).filter(([, value]) => /^\$\w/.test(String(value)));
  if (copied.length === 0) return [];
  account.headers = Object.fromEntries(
    Object.entries(account.headers).filter(([name]) => !copied.some(([one]) => one === name)),
  );
  return copied.map(([name]) => `the header ${name} copies one of the client's, which has no counterpart`);
}
