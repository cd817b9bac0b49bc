// Whether an account serves a model of its provider, and under which id.
import type { LoadedAccount } from '../../config/loaded.ts';
import { allows } from './patterns.ts';

/** A model as clients ask its provider for it, and the id the provider knows it by. */
export interface Wanted {
  readonly name: string;
  readonly id: string;
  /** Nobody says that the provider has it: it serves whatever is asked. */
  readonly isGuess?: boolean;
}

export function serves({ models, exclude }: LoadedAccount, { name, id }: Wanted): boolean {
  if (exclude.length > 0 && (allows(exclude, name) || allows(exclude, id))) return false;
  return models === undefined || allows(models, name) || allows(models, id);
}

/** Some accounts know a model by an id of their own. */
export function idAt({ rename }: LoadedAccount, { name, id }: Wanted): string {
  return Object.hasOwn(rename, name) ? (rename[name] ?? id) : id;
}
