// `accounts.vault` -> the vault of a configuration. Keys that are no keys are errors in their place.
import { type Path, valueIn } from '../../read/places.ts';
import { isTree, type Tree } from '../../read/tree.ts';
import type { Report } from '../../validate/report.ts';
import { readKey, type VaultKey } from './key.ts';
import { noVault, openVault, type Vault } from './vault.ts';

const at: Path = ['accounts', 'vault'];

/** References resolved. Undefined: there is to be a vault and it cannot be opened, which is reported. */
export function vaultOf(tree: Tree, report: Report): Vault | undefined {
  const setting = valueIn(tree, at);
  if (setting === undefined) return noVault;
  // What is of the wrong type the schema reports.
  if (!isTree(setting)) return undefined;
  const key = keyAt(setting.key, [...at, 'key'], report);
  const { previous = [] } = setting;
  if (!Array.isArray(previous)) return undefined;
  const others = previous.map((each: unknown, index) => keyAt(each, [...at, 'previous', index], report));
  const known = others.filter((each) => each !== undefined);
  if (key === undefined || known.length < others.length) return undefined;
  if (known.some(({ id }) => id === key.id)) {
    report.warning(
      [...at, 'previous'],
      'the key is among the previous ones too: it is needed there only once it is replaced',
    );
  }
  return openVault(key, known);
}

/** An empty one is a reference that leads nowhere: that has been reported. */
function keyAt(value: unknown, path: Path, report: Report): VaultKey | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const key = readKey(value);
  if (typeof key !== 'string') return key;
  report.error(path, key);
  return undefined;
}
