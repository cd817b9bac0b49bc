// Whether what stands in a file by now is another account's than it was: lists change their order, files their owner.
import { Fields } from '../../config/credentials/fields.ts';
import type { CredentialNames } from '../../config/loaded.ts';
import type { Tree } from '../../config/read/tree.ts';

/** By its e-mail where both have one, else by its id: members of a team share that. */
export function isOfAnother(item: Tree, names: CredentialNames): boolean {
  const fields = new Fields(item, undefined);
  const told = (field: 'email' | 'accountId') => names[field] !== undefined && fields.text(field) !== undefined;
  const field = (['email', 'accountId'] as const).find(told);
  return field !== undefined && fields.text(field) !== names[field];
}
