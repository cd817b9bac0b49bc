// Targets of `models:` that no account could ever serve: the accounts that might are set to serve other models, or are not
// among those the target may use.
import { withoutSuffix } from '../../core/index.ts';
import { type Draft, entriesOf, wordsOf } from '../read/entries.ts';
import { type Path, valueIn } from '../read/places.ts';
import { isNamed, type KnownAccount, knownAccounts } from './known-accounts.ts';
import { overlap } from './patterns.ts';
import { type Served, servedBy } from './served.ts';
import { type TargetEntry, targetsOf } from './targets.ts';

export function checkReach(draft: Draft): void {
  // Accounts of a watched directory may come later.
  if (typeof valueIn(draft.tree, ['accounts', 'directory']) === 'string') return;
  const known = knownAccounts(draft);
  const served = new Map(entriesOf(draft, 'providers').map((entry) => [entry.name, servedBy(draft, entry)]));
  const names = new Set(entriesOf(draft, 'models').map(({ name }) => name));
  for (const model of entriesOf(draft, 'models')) {
    const targets = targetsOf(model).map(reached);
    const lost = targets.filter((target) => !names.has(target.name) && isLost(target, known, served));
    if (lost.length > 0 && lost.length === targets.length) {
      draft.report.error([...model.path, 'targets'], 'no account serves any of these models as the accounts are set');
    } else {
      for (const { path, name } of lost)
        draft.report.warning(path, `no account serves "${name}" as the accounts are set`);
    }
  }
}

interface Target {
  readonly path: Path;
  readonly name: string;
  /** Of the target's `accounts`; empty: all. */
  readonly accounts: readonly string[];
}

function reached(target: TargetEntry): Target {
  const { path, name } = target;
  return { path, name: withoutSuffix(name).name, accounts: wordsOf(target, 'accounts').map(({ text }) => text) };
}

/** Only what is known for sure: a model that providers list, and accounts that leave it out. */
function isLost(target: Target, known: readonly KnownAccount[], served: ReadonlyMap<string, Served>): boolean {
  if (target.name.includes('*')) return false;
  const slash = target.name.indexOf('/');
  const pinned = served.get(target.name.slice(0, Math.max(0, slash)));
  const name = pinned === undefined ? target.name : target.name.slice(slash + 1);
  const providers = pinned === undefined ? [...served.values()] : [pinned];
  if (providers.some(({ any }) => any) || !providers.some(({ ids }) => ids.includes(name))) return false;
  const wanted = providers.filter(({ ids }) => ids.includes(name));
  return wanted.every((provider) => {
    const at = provider.ids.indexOf(name);
    const own = known.filter((account) => account.provider.name === provider.provider);
    return !own.some(
      (account) =>
        serves(account, name, provider.upstream[at] ?? name) &&
        (target.accounts.length === 0 || target.accounts.some((text) => isNamed(text, account))),
    );
  });
}

function serves({ entry }: KnownAccount, name: string, id: string): boolean {
  if (entry === undefined) return true;
  const matches = (setting: string) =>
    wordsOf(entry, setting).some(({ text }) => overlap(text, name) || overlap(text, id));
  return !matches('exclude') && (entry.value.models === undefined || matches('models'));
}
