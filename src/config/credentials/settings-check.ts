// A credential file's settings on an account: laid under what the configuration says, and checked as its own would be.
import { isTree, type Tree } from '../read/tree.ts';
import { compileSchema, findings } from '../validate/validate.ts';
import { settingsIn } from './settings.ts';

const validateAccount = compileSchema({ $ref: 'gateway.schema.json#/$defs/account' });
const nothing: ReadonlySet<string> = new Set();

/** What is wrong with an account, in words. Fills its defaults in. */
export function faultsOf(account: Tree): string[] {
  return findings(validateAccount, { value: account, path: [], whole: nothing, referred: nothing }).map(
    ({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`),
  );
}

export interface LaidSettings {
  readonly warnings: readonly string[];
  /** Why the account must not be used as it is. */
  readonly fatal: string | undefined;
}

/** Adds what the file says and the account does not. A setting that is not right is left out, and said. */
export function layFileSettings(account: Tree, item: Tree, tree: Tree): LaidSettings {
  const { account: settings, proxyUrl, unknown } = settingsIn(item);
  const warnings = [...unknown];
  for (const [name, value] of Object.entries(settings)) {
    if (account[name] !== undefined) continue;
    const faults = faultsOf({ name: 'account', [name]: structuredClone(value) });
    if (faults[0] === undefined) account[name] = value;
    else warnings.push(`the setting ${faults[0]}; it is left out`);
  }
  return { warnings, fatal: layEgress(account, proxyUrl, tree) };
}

/** A proxy that is missing must not become none at all. */
function layEgress(account: Tree, proxyUrl: string | undefined, tree: Tree): string | undefined {
  const known = (Array.isArray(tree.egress) ? tree.egress : []).filter(isTree);
  if (account.egress === undefined && proxyUrl !== undefined) {
    const match = known.find(({ url }) => typeof url === 'string' && sameUrl(url, proxyUrl));
    if (/^(direct|none)$/i.test(proxyUrl)) account.egress = 'direct';
    else if (typeof match?.name === 'string') account.egress = match.name;
    else return 'it names a proxy by URL that `egress` does not have: add it there';
  }
  const { egress } = account;
  if (egress === undefined || egress === 'direct' || known.some(({ name }) => name === egress)) return undefined;
  return `there is no egress ${JSON.stringify(egress)}: add it to \`egress\``;
}

function sameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).href === new URL(other).href;
}
