// The accounts a key is bound to, as a part of what things are remembered by.
import type { ClientKey } from '../../core/index.ts';

const bindings = new WeakMap<readonly string[], string>();

/** Without spaces; the same for keys that are bound alike. */
export function bindingOf(key: ClientKey | undefined): string {
  const accounts = key?.accounts;
  if (accounts === undefined) return '*';
  let binding = bindings.get(accounts);
  if (binding === undefined) {
    binding = accounts.join(',');
    bindings.set(accounts, binding);
  }
  return binding;
}
