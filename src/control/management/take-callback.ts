// oauth-callback: what a browser came back with, from the browser itself (GET) or from a page it was pasted into (POST).
import type { Context } from 'koa';
import { readCallback } from '../../accounts/login/callback/read-callback.ts';
import { parseJson, readText } from '../body.ts';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';

/** Of a body that anybody may send. */
const mostBytes = 64 * 1024;
const handedOn = ['code', 'state', 'error', 'error_description', 'iss'];

export async function takeCallback(ctx: Context, plane: ControlPlane): Promise<void> {
  const given =
    ctx.method === 'POST'
      ? membersOf(parseJson(await readText(ctx.req, mostBytes)))
      : new URLSearchParams(ctx.querystring);
  const callback = callbackIn(given);
  const id = callback.get('state') ?? '';
  if (id === '') throw new Refusal(400, 'bad-callback', 'state is required');
  if (!callback.has('code') && !callback.has('error')) {
    throw new Refusal(400, 'bad-callback', 'code or error is required');
  }
  const login = plane.logins().find(id);
  if (login === undefined) throw new Refusal(404, 'unknown-login', 'unknown or expired state');
  const pasted = plane.logins().paste(id, `?${callback}`);
  if (pasted === 'unknown') throw new Refusal(404, 'unknown-login', 'unknown or expired state');
  if (pasted === 'over') throw new Refusal(409, 'login-over', 'oauth flow is already completed');
  if (pasted !== 'taken') throw new Refusal(400, pasted.code, pasted.message, { details: { remedy: pasted.remedy } });
  ctx.body = { status: 'ok' };
}

function membersOf(body: unknown): URLSearchParams {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, 'invalid-request', 'invalid body');
  }
  return new URLSearchParams(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** A whole address comes after what is said apart from it. */
function callbackIn(given: URLSearchParams): URLSearchParams {
  const pasted = readCallback(given.get('redirect_url') ?? '') ?? new URLSearchParams();
  const callback = new URLSearchParams();
  for (const name of handedOn) {
    const value = (given.get(name) ?? pasted.get(name) ?? '').trim();
    if (value !== '') callback.set(name, value);
  }
  return callback;
}
