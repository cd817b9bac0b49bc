// The base URL of an account: its own, its credential's, the instance's, or the directory's with its names filled in.
import type { Definition } from '../directories/inspect.ts';
import { type Draft, type Entry, wordOf } from '../read/entries.ts';
import { pointerOf } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { fillIn } from './fill-in.ts';

/** Names a credential may bring to the directory's base URL; an instance's setting of the same name comes first. */
export const credentialNames: readonly string[] = ['project', 'location', 'accountId'];

export function baseUrlOf(draft: Draft, provider: Entry, account: Entry, definition: Definition): string {
  const read = draft.files?.found.get(pointerOf(account.path))?.read;
  const written = wordOf(account, 'baseUrl')?.text ?? read?.baseUrl ?? wordOf(provider, 'baseUrl')?.text;
  if (written !== undefined) return written;
  const settings = isTree(provider.value.settings) ? provider.value.settings : {};
  return fillIn(fillIn(definition.manifest?.baseUrl ?? '', settings), read?.names ?? {});
}

/** The first name that neither the instance nor the credential says; undefined where none is left. */
export function nameLeft(baseUrl: string): string | undefined {
  return /\{(\w+)\}/.exec(baseUrl)?.[1];
}
