// Secrets written out in the file: they work, but a reference is better. Judged before references are resolved.
import { eachString, type Path } from '../read/places.ts';
import type { Tree } from '../read/tree.ts';
import type { Report } from '../validate/report.ts';
import { schemaAt } from '../validate/schema-path.ts';
import { gatewaySchema } from '../validate/validate.ts';

const sensitive = /^(authorization|cookie|proxy-authorization)$|api-?key|token|secret/i;

export function warnLiteralSecrets(tree: Tree, report: Report): void {
  eachString(tree, (value, path) => {
    if (value === '' || value.includes('${') || !isSecret(value, path)) return;
    report.warning(path, 'a secret is written out here; a reference is better: ${env:NAME} or ${file:path}');
  });
}

function isSecret(value: string, path: Path): boolean {
  const kind = schemaAt(gatewaySchema, path)?.['x-secret'];
  if (path.at(-2) === 'headers') return kind === true && sensitive.test(String(path.at(-1)));
  return kind === true || (kind === 'url' && /:\/\/[^/@]*:[^/@]+@/.test(value));
}
