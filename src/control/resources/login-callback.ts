// GET /logins/callback: for clients that are registered with this address as their redirect URI. It needs no token: the
// `state` is worth one, for one login, once.
import type Router from '@koa/router';
import { sendPage, type Verdict } from '../../accounts/login/callback/page.ts';
import type { LoginState, Pasted } from '../logins/logins.ts';
import type { ControlPlane } from '../plane.ts';

export const callbackPath = '/logins/callback';

/** Milliseconds the browser waits until the vendor has answered. */
const patience = 10_000;

export function loginCallback(router: Router, plane: ControlPlane): void {
  router.get(callbackPath, async function callback(ctx) {
    // Whoever only looks must not use the code up.
    if (ctx.method === 'HEAD') return;
    const state = new URLSearchParams(ctx.querystring).get('state') ?? '';
    const pasted = plane.logins().paste(state, `?${ctx.querystring}`);
    const verdict = pasted === 'taken' ? verdictOf(await plane.logins().settled(state, patience)) : whyNot(pasted);
    ctx.respond = false;
    await sendPage(ctx.res, verdict);
  });
}

function whyNot(pasted: Exclude<Pasted, 'taken'>): Verdict {
  if (pasted === 'unknown') return 'wrong-state';
  if (pasted === 'over') return 'used';
  return pasted.code === 'state-mismatch' ? 'wrong-state' : 'no-answer';
}

/** One that still waits for the vendor will be told where it was begun. */
function verdictOf(login: LoginState | undefined): Verdict {
  if (login?.status !== 'failed') return 'done';
  return login.code === 'denied' ? 'denied' : 'failed';
}
