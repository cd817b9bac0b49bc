// {word}-auth-url: the word is a provider instance, its directory, or another word the directory knows for itself.
import type { Context } from 'koa';
import type { LoginProvider, LoginState, LoginWish } from '../logins/logins.ts';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';

export async function beginLogin(ctx: Context, plane: ControlPlane, word: string): Promise<void> {
  const { provider: named, is_webui: webui } = ctx.query;
  const found = pick(plane.logins().providers(), word, named);
  const wish = { provider: found.provider, account: undefined, flow: undefined, callbackPort: undefined };
  const listen = typeof webui === 'string' && /^(1|true|yes|on)$/i.test(webui);
  const login = await begin(plane, { ...wish, listen });
  if (login.status !== 'waiting') throw new Refusal(409, 'login-over', 'The login was over as soon as it had begun.');
  const { url, id: state, userCode: user_code, verificationUrl: verification_uri } = login;
  ctx.body = { status: 'ok', url, state, user_code, verification_uri };
}

/** Where the callback port is taken, the callback is handed in instead. */
async function begin(plane: ControlPlane, wish: LoginWish): Promise<LoginState> {
  try {
    return await plane.logins().start(wish);
  } catch (error) {
    if (!wish.listen || !(error instanceof Refusal) || error.code !== 'port-taken') throw error;
    return plane.logins().start({ ...wish, listen: false });
  }
}

/** Of several instances the first, unless one is named. */
function pick(all: readonly LoginProvider[], word: string, named: string | string[] | undefined): LoginProvider {
  const fitting = all.filter(({ provider, use, aliases }) => [provider, use, ...aliases].includes(word));
  const found = named === undefined ? fitting[0] : fitting.find(({ provider }) => provider === named);
  if (found !== undefined) return found;
  const known = all.map(({ provider }) => provider).join(', ');
  const remedy = known === '' ? 'Nobody can be signed in to.' : `These can be signed in to: ${known}.`;
  throw new Refusal(404, 'unknown-provider', `No provider is known as ${word}.`, { details: { remedy } });
}
