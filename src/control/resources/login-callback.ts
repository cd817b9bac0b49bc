// GET /logins/callback: for clients that are registered with this address as their redirect URI. It needs no token: the
// `state` is worth one, for one login, once.
import type Router from '@koa/router';
import { sendPage, type Verdict } from '../../accounts/login/callback/page.ts';
import { isAnswer } from '../../accounts/login/callback/read-callback.ts';
import type { LoginState, Logins } from '../logins/logins.ts';
import type { ControlPlane } from '../plane.ts';

export const callbackPath = '/logins/callback';

/** Milliseconds the browser waits until the vendor has answered. */
const patience = 10_000;

export function loginCallback(router: Router, plane: ControlPlane): void {
  router.get(callbackPath, async function callback(ctx) {
    // Whoever only looks must not use the code up.
    if (ctx.method === 'HEAD') return;
    const verdict = await judge(new URLSearchParams(ctx.querystring), plane.logins());
    ctx.respond = false;
    await sendPage(ctx.res, verdict);
  });
}

/** A browser that asks again is told what the first was. */
async function judge(parameters: URLSearchParams, logins: Logins): Promise<Verdict> {
  const id = parameters.get('state') ?? '';
  if (!isAnswer(parameters)) return 'no-answer';
  const pasted = logins.paste(id, `?${parameters}`);
  if (pasted === 'unknown' || (typeof pasted === 'object' && pasted.code === 'state-mismatch')) return 'wrong-state';
  return verdictOf(await logins.settled(id, patience));
}

/** One that still waits for the vendor will be told where it was begun. */
function verdictOf(login: LoginState | undefined): Verdict {
  if (login?.status !== 'failed') return 'done';
  return login.code === 'denied' ? 'denied' : 'failed';
}
