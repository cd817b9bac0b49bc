// A credential in Portico's own file format: one JSON object, the names of `docs/accounts.md`, times as RFC 3339.
import { plain } from '../../config/credentials/account-name.ts';
import { textAt } from '../../config/credentials/dotted.ts';
import type { ReadCredential } from '../../config/credentials/read-credential.ts';
import { layFileSettings } from '../../config/credentials/settings-check.ts';
import type { Tree } from '../../config/read/tree.ts';

export interface Portable {
  readonly credential: Tree;
  readonly settings: Tree;
  readonly warnings: readonly string[];
  /** Why it must not be imported as it is. */
  readonly fatal: string | undefined;
}

/** `egress` as in the configuration: a proxy that is given by its URL becomes the name it has there. */
export function portable(provider: string, read: ReadCredential, item: Tree, egress: readonly unknown[]): Portable {
  const settings: Tree = {};
  const { warnings, fatal } = layFileSettings(settings, item, { egress });
  const { apiKey, tokens, serviceAccount, names, clientId, clientSecret, tokenUrl, baseUrl } = read;
  const credential = {
    provider,
    ...names,
    apiKey,
    accessToken: tokens?.accessToken,
    refreshToken: tokens?.refreshToken,
    idToken: tokens?.idToken,
    expiresAt: tokens?.expiresAt === undefined ? undefined : new Date(tokens.expiresAt).toISOString(),
    clientId,
    clientSecret,
    tokenUrl,
    baseUrl,
    serviceAccount: serviceAccount && {
      client_email: serviceAccount.clientEmail,
      private_key: serviceAccount.privateKey,
      private_key_id: serviceAccount.privateKeyId,
      token_uri: tokenUrl,
    },
  };
  const named = withoutHoles({ account: ownName(item), ...settings });
  return { credential: withoutHoles(credential), settings: named, warnings, fatal };
}

/** As the gateway calls it already, where it has a name of its own. */
export function ownName(item: Tree): string | undefined {
  const name = textAt(item, 'account');
  return name === undefined ? undefined : plain(name);
}

function withoutHoles(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined));
}
