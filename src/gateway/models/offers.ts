// Whether a provider instance serves an operation in a dialect, and at which path.
import type { LoadedProvider } from '../../config/loaded.ts';
import type { DialectName, Operation } from '../../core/index.ts';
import { isUsual } from '../../dialects/operations.ts';

export function offers(provider: LoadedProvider, dialect: DialectName, operation: Operation): boolean {
  if (!provider.dialects.includes(dialect)) return false;
  const support = provider.manifest.dialects[dialect];
  if (support === undefined) return false;
  return support.operations === undefined ? isUsual(operation) : support.operations.includes(operation);
}
