// The body of `POST /logins`, checked member by member.
import { Refusal } from '../refuse.ts';
import type { LoginWish } from './logins.ts';

const members = ['provider', 'account', 'flow', 'listen', 'callbackPort'];

/** Throws a 400 Refusal that names what is wrong. */
export function wishOf(body: unknown): LoginWish {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wrong('Send a JSON object.');
  const given = new Map<string, unknown>(Object.entries(body).filter(([, value]) => value !== null));
  const unknown = [...given.keys()].find((name) => !members.includes(name));
  if (unknown !== undefined) {
    throw wrong(`A login has no member ${JSON.stringify(unknown.slice(0, 63))}; it has ${members.join(', ')}.`);
  }
  const provider = given.get('provider');
  const account = given.get('account');
  const flow = given.get('flow');
  const listen = given.get('listen') ?? true;
  const callbackPort = given.get('callbackPort');
  if (typeof provider !== 'string' || provider === '') throw wrong('`provider` must name a provider instance.');
  if (account !== undefined && !isName(account)) {
    throw wrong('`account` must be a name: letters, digits, dot, dash and underscore, at most 63 characters.');
  }
  if (flow !== undefined && flow !== 'code' && flow !== 'device') throw wrong('`flow` is `code` or `device`.');
  if (typeof listen !== 'boolean') throw wrong('`listen` is true or false.');
  if (callbackPort !== undefined && !isPort(callbackPort)) throw wrong('`callbackPort` is a number from 0 to 65535.');
  return { provider, account, flow, listen, callbackPort };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value);
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}

function wrong(message: string): Refusal {
  return new Refusal(400, 'invalid-request', message);
}
