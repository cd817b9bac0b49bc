// Where below its base URL an upstream is asked, as far as that does not hang on the request.
import type { Dialect, Endpoint, ProviderManifest } from '../../core/index.ts';

/** A directory's own path takes the place of the operation's first one, and of what its others begin with. */
export function upstreamPathOf({ dialects }: ProviderManifest, dialect: Dialect, endpoint: Endpoint): string {
  const { operation, upstream } = endpoint;
  const own = dialects[dialect.name]?.paths?.[operation];
  if (own === undefined) return upstream;
  const first = dialect.endpoints.find((other) => other.operation === operation)?.upstream ?? '';
  return upstream.startsWith(`${first}/`) ? own + upstream.slice(first.length) : own;
}
