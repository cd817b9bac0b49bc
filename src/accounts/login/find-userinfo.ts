// Where a vendor says whose a token is, for who asks without a login: as it is named, else as its issuer says.
import type { LoadedLogin } from '../../config/loaded.ts';
import type { Clock } from '../../core/index.ts';
import type { LoginProblem } from './login.ts';
import { LoginFailure } from './problems.ts';
import { endpointsOf } from './vendor/endpoints.ts';
import { openVendor } from './vendor/vendor.ts';

/** `url` undefined: nowhere. */
export type FoundUserinfo = { readonly url: string | undefined } | { readonly problem: LoginProblem };

/** Never rejects. */
export async function findUserinfo(facts: LoadedLogin, clock: Clock): Promise<FoundUserinfo> {
  const { userinfoUrl, issuer, clientId, scopes } = facts;
  // Without that scope an issuer refuses tokens there that are good elsewhere.
  const isToldThere = issuer !== undefined && clientId !== undefined && scopes.includes('openid');
  if (userinfoUrl !== undefined || !isToldThere) return { url: userinfoUrl };
  const vendor = openVendor(facts, clock, new AbortController().signal);
  try {
    const { userinfo_endpoint: url } = await endpointsOf(vendor, [], ['userinfoUrl']);
    return { url };
  } catch (error) {
    if (error instanceof LoginFailure) return { problem: error.problem };
    throw error;
  } finally {
    await vendor.close();
  }
}
