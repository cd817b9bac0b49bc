// Telling dialects apart where a path alone does not: shared paths, unknown paths, base URLs without a version.
import type { IncomingHttpHeaders } from 'node:http';
import type { DialectName } from '../core/index.ts';

/** `/v1/models` belongs to two dialects; the headers tell whose client asks. */
function choosesAnthropic(headers: IncomingHttpHeaders): boolean {
  return headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined;
}

/** Which of several dialects that share a path is meant. */
export function preferred(names: readonly DialectName[], headers: IncomingHttpHeaders): DialectName | undefined {
  if (choosesAnthropic(headers) && names.includes('anthropic-messages')) return 'anthropic-messages';
  return names.find((name) => name !== 'anthropic-messages') ?? names[0];
}

/** Whose clients an unknown path looks like; decides the shape of the error they get. */
export function guessDialect(
  path: string,
  allowed: readonly DialectName[],
  headers: IncomingHttpHeaders = {},
): DialectName {
  const name: DialectName =
    path.includes('/messages') || headers['anthropic-version'] !== undefined
      ? 'anthropic-messages'
      : path.includes('/v1beta')
        ? 'gemini'
        : path.includes('/responses')
          ? 'openai-responses'
          : 'openai-chat';
  return allowed.includes(name) ? name : (allowed[0] ?? name);
}
