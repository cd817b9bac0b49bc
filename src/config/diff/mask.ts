// Secrets out of values that are about to be shown. A reference is not a secret, but its default may be.
import { type Path, pointerOf } from '../read/places.ts';
import { isTree } from '../read/tree.ts';
import { schemaAt } from '../validate/schema-path.ts';
import { gatewaySchema } from '../validate/validate.ts';

const sensitive = /secret|token|passw|api-?key|authorization|cookie|credential/i;
const mask = '***';

/** A copy of the value at this path of a configuration, with everything secret in it masked. */
export function maskAt(value: unknown, path: Path): unknown {
  if (Array.isArray(value)) return value.map((item, index) => maskAt(item, [...path, index]));
  if (isTree(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskAt(item, [...path, name])]));
  if (typeof value !== 'string') return value;
  const schema = schemaAt(gatewaySchema, path);
  if (schema?.['x-secret'] === true) return maskText(value);
  if (schema?.['x-secret'] === 'url') return value.replace(/^([a-z0-9+.-]+:\/\/)[^/]*@/i, `$1${mask}@`);
  return schema === undefined && sensitive.test(pointerOf(path)) ? maskText(value) : value;
}

function maskText(text: string): string {
  const bare = text.replace(/\$\{(env:\w+|file:[^}]+)\}/g, '');
  if (bare === '') return text;
  const shown = text.replace(/\$\{(env:\w+):-[^}]*\}/g, `\${$1:-${mask}}`);
  return shown !== text && /^\$\{[^}]*\}$/.test(shown) ? shown : mask;
}
