// Why a login cannot begin, as the control API says it.
import type { LoginProblem, LoginProblemCode } from '../../accounts/login/login.ts';
import { Refusal } from '../refuse.ts';
import type { LoginWish, Nowhere } from './logins.ts';

/** Logins that wait at once. Each may hold a port and poll a vendor. */
export const mostUnderWay = 32;

export type NotBegun =
  | { readonly why: 'stopping' }
  | { readonly why: 'too-many' }
  /** Another login of this gateway listens there. */
  | { readonly why: 'port-ours'; readonly port: number }
  | ({ readonly why: 'nowhere' } & Nowhere)
  | { readonly why: 'unknown'; readonly wish: LoginWish; readonly known: readonly string[] };

export function notBegun(not: NotBegun): Refusal {
  if (not.why === 'stopping') return new Refusal(503, 'stopping', 'The gateway is shutting down.');
  if (not.why === 'too-many') {
    const details = {
      remedy: 'End one of them (`DELETE /logins/{id}`), or wait: none waits longer than some minutes.',
    };
    const message = `${mostUnderWay} logins are under way already.`;
    return new Refusal(429, 'too-many-logins', message, { details, retryAfter: 60 });
  }
  if (not.why === 'port-ours') {
    const details = {
      remedy:
        'End that one (`DELETE /logins/{id}`), name another `callbackPort`, or send `"listen": false` and paste the callback.',
    };
    const message = `Another login of this gateway listens at port ${not.port}.`;
    return new Refusal(409, 'port-taken', message, { details });
  }
  if (not.why === 'nowhere') {
    return new Refusal(409, not.code, not.message, { details: { remedy: not.remedy } });
  }
  const known = not.known.length === 0 ? 'Nobody can be signed in to.' : `These can be: ${not.known.join(', ')}.`;
  const details = { remedy: `${known} A provider needs \`oauth\` in its provider.yaml, and must be enabled.` };
  const message = `There is no provider ${not.wish.provider} that is signed in to.`;
  return new Refusal(404, 'unknown-provider', message, { details });
}

const statuses: Readonly<Partial<Record<LoginProblemCode, number>>> = {
  'no-client': 409,
  'no-flow': 409,
  'port-taken': 409,
  cancelled: 409,
};

/** What the vendor or the way to it did is 502. */
export function refusalOf({ code, message, remedy }: LoginProblem, clean: (text: string) => string): Refusal {
  return new Refusal(statuses[code] ?? 502, code, clean(message), { details: { remedy: clean(remedy) } });
}
