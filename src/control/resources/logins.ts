// GET /logins/providers: who can be signed in to. POST /logins begins a login of an account, GET /logins and /logins/{id} tell
// how it stands, POST /logins/{id}/paste hands it a callback URL, DELETE /logins/{id} ends it. Who signs in is told once it is
// done; tokens never are.
import type Router from '@koa/router';
import type { Context } from 'koa';
import { parseJson, readMember, readText } from '../body.ts';
import type { LoginState, Pasted } from '../logins/logins.ts';
import { wishOf } from '../logins/wish-of.ts';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';

/** Milliseconds a pasted callback is waited for until the vendor has answered. */
const patience = 10_000;

export function logins(router: Router, plane: ControlPlane): void {
  router.get('/logins/providers', function providers(ctx) {
    ctx.body = { providers: plane.logins().providers() };
  });
  router.get('/logins', function all(ctx) {
    ctx.body = { logins: plane.logins().list() };
  });
  router.post('/logins', async function begin(ctx) {
    const begun = await plane.logins().start(wishOf(parseJson(await readText(ctx.req))));
    ctx.status = 201;
    ctx.set('location', `/logins/${begun.id}`);
    ctx.body = begun;
  });
  router.get('/logins/:id', function one(ctx) {
    ctx.body = known(plane.logins().find(idOf(ctx)));
  });
  router.post('/logins/:id/paste', async function paste(ctx) {
    const id = idOf(ctx);
    const url = await readMember(ctx.req, 'url');
    refuseUnlessTaken(plane.logins().paste(id, url));
    const state = known(await plane.logins().settled(id, patience));
    ctx.status = state.status === 'waiting' ? 202 : 200;
    ctx.body = state;
  });
  router.delete('/logins/:id', function end(ctx) {
    if (!plane.logins().cancel(idOf(ctx))) throw unknownLogin();
    ctx.status = 204;
  });
}

function idOf(ctx: Context & { params: Record<string, string | undefined> }): string {
  return ctx.params.id ?? '';
}

function known(state: LoginState | undefined): LoginState {
  if (state === undefined) throw unknownLogin();
  return state;
}

function unknownLogin(): Refusal {
  return new Refusal(404, 'unknown-login', 'There is no login of this id: it never was, or it has been over for long.');
}

function refuseUnlessTaken(pasted: Pasted): void {
  if (pasted === 'taken') return;
  if (pasted === 'unknown') throw unknownLogin();
  if (pasted === 'over')
    throw new Refusal(409, 'login-over', 'This login is over: `GET /logins/{id}` says how it ended.');
  throw new Refusal(400, pasted.code, pasted.message, { details: { remedy: pasted.remedy } });
}
