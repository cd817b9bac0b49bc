// What the control thread keeps fresh: the token sets and service accounts of the accounts that are in service, joined with
// how their vendor refreshes them.
import type { CredentialSource, LoadedConfig, LoadedProvider, TokenSet } from '../loaded.ts';
import { milliseconds } from '../normalise/units.ts';
import type { Draft } from '../read/entries.ts';
import { pointerOf } from '../read/places.ts';
import type { Provider } from '../types.gen.ts';
import type { FoundCredential } from './account-files.ts';
import type { Vault } from './vault/vault.ts';

const noTokens: TokenSet = {
  accessToken: undefined,
  refreshToken: undefined,
  idToken: undefined,
  expiresAt: undefined,
};
const usualAhead = '5m';

export function sourcesOf(draft: Draft, config: LoadedConfig): CredentialSource[] {
  return config.providers.flatMap((provider, at) => {
    const client = (draft.tree.providers as Provider[])[at]?.oauth;
    return provider.accounts.flatMap((account, index): CredentialSource[] => {
      const found = draft.files?.found.get(pointerOf(['providers', at, 'accounts', index]));
      if (account.credential === undefined || found === undefined || account.disabled !== undefined) return [];
      const egressUrl = config.egress.find(({ name }) => name === account.egress)?.url;
      return [
        {
          provider: provider.name,
          account: account.name,
          ...account.credential,
          fingerprint: account.fingerprint,
          ...materialOf(found, draft.files?.vault),
          ...grantOf(provider, found, client),
          egressUrl,
        },
      ];
    });
  });
}

function materialOf({ read, file, index }: FoundCredential, vault: Vault | undefined) {
  const { tokens = noTokens, serviceAccount, paths, expiry } = read;
  return { tokens, serviceAccount, origin: { file, index, paths, expiry, vault } };
}

/**
 * The file's own client comes first: it is the one its tokens were issued to. Its token endpoint comes last, for refresh tokens
 * go there; the operator's secret does not. A service account's key is never sent.
 */
function grantOf({ manifest }: LoadedProvider, { read }: FoundCredential, client: Provider['oauth']) {
  const { oauth } = manifest;
  const trusted = client?.tokenUrl ?? oauth?.tokenUrl;
  const ownSecret = read.clientId !== undefined || client?.clientSecret === undefined;
  return {
    tokenUrl:
      client?.tokenUrl ?? (read.serviceAccount && read.tokenUrl) ?? trusted ?? (ownSecret ? read.tokenUrl : undefined),
    clientId: read.clientId ?? client?.clientId,
    clientSecret: read.clientId === undefined ? client?.clientSecret : read.clientSecret,
    clientAuth: oauth?.clientAuth ?? 'body',
    body: oauth?.body ?? 'form',
    scopes: oauth?.scopes ?? [],
    loginFields: oauth?.loginFields,
    exchange: oauth?.exchange,
    issuer: client?.issuer ?? oauth?.issuer,
    refreshAhead: milliseconds(oauth?.refreshAhead ?? usualAhead),
  } as const;
}

/** What of credential files must never be shown. */
export function secretsOf(draft: Draft): string[] {
  const all = [...(draft.files?.found.values() ?? [])].flatMap(({ read }) => [
    read.apiKey,
    read.tokens?.accessToken,
    read.tokens?.refreshToken,
    read.tokens?.idToken,
    read.clientSecret,
    read.serviceAccount?.privateKey.trim(),
  ]);
  return all.filter((secret) => secret !== undefined);
}
