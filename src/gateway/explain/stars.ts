// Credentials out of sight: not put into an explained request at all, and what still looks like one is covered.
import type { UpstreamRequest } from '../../core/index.ts';
import type { Account, Provider } from '../snapshot.ts';
import type { ExplainedUpstream } from './explanation.ts';

const mask = '***';

/** Names of headers and parameters that carry secrets, whoever sets them. */
const secret = /auth|key|token|secret|cookie|credential|signature|password/i;

/** The account with stars in the place of its credential. */
export function withStars(account: Account): Account {
  const { apiKey, held } = account;
  return {
    ...account,
    apiKey: apiKey === undefined ? undefined : mask,
    held: held && {
      current() {
        const credential = held.current();
        return { token: mask, expiresAt: undefined, names: credential?.names ?? {} };
      },
      refresh: async () => false,
    },
  };
}

/** Method, URL and headers, where there is a request. */
export function masked(
  request: UpstreamRequest | undefined,
  { loaded }: Provider,
  account: Account,
): Pick<ExplainedUpstream, 'method' | 'url' | 'headers'> {
  if (request === undefined) return { method: '', url: '', headers: {} };
  const { auth } = loaded.manifest;
  const own = auth.kind === 'none' ? undefined : auth.name.toLowerCase();
  const published = new Set(
    Object.entries(loaded.manifest.headers ?? {}).map(([name, value]) => `${name.toLowerCase()}: ${value}`),
  );
  const headers = Object.entries(request.headers).map(([name, value]) => {
    // What an operator has an account send may be a secret, whatever its name.
    const configured = Object.hasOwn(account.headers, name) && !published.has(`${name}: ${value}`);
    const hidden = name === own || configured || secret.test(name);
    return [name, hidden ? starred(value) : value];
  });
  const url = new URL(request.path, request.origin);
  for (const name of new Set(url.searchParams.keys())) {
    if (name === own || secret.test(name)) url.searchParams.set(name, mask);
  }
  return { method: request.method, url: url.href, headers: Object.fromEntries(headers) };
}

/** The scheme of `Bearer …` may be seen. */
function starred(value: string): string {
  const scheme = /^(Bearer|Basic|AWS4-HMAC-SHA256) /.exec(value)?.[0] ?? '';
  return scheme + mask;
}
