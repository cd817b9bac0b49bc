// Asks whether an account works. The running gateway probes it as it would be used; without one the vendor's userinfo endpoint
// is asked, and a token that is over, or that it refuses, is refreshed.
import { ask, reasonOf } from '../../accounts/endpoint/ask.ts';
import { hostOf } from '../../accounts/endpoint/host-of.ts';
import type { CredentialSource, LoadedLogin } from '../../config/loaded.ts';
import { type Clock, systemClock } from '../../core/index.ts';
import type { Probed } from '../../gateway/probe/probed.ts';
import { openEgress } from '../../upstream/egress/open-egress.ts';
import type { RunningGateway } from '../control.ts';
import { messageOf } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { type Place, type PlaceOptions, runningAt } from './place.ts';
import { refreshOne } from './refresh.ts';
import type { AccountStanding } from './standing.ts';

export interface Validation {
  readonly provider: string;
  readonly account: string;
  /** Undefined: nobody could tell. */
  readonly valid: boolean | undefined;
  /** Who was asked. */
  readonly asked: 'gateway' | 'userinfo' | 'refresh' | 'nobody';
  readonly reason: string | undefined;
  readonly user: string | undefined;
  readonly plan: string | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined;
}

type Answered = Pick<Validation, 'valid' | 'asked' | 'reason'> & { readonly expiresAt?: number | undefined };

/** Never rejects for what becomes of the question. */
export async function askAccount(
  terminal: Terminal,
  place: Place,
  standing: AccountStanding,
  options: PlaceOptions,
): Promise<Validation> {
  const { provider, account, names, expiresAt, state, reason } = standing;
  const base = { provider, account, user: names.email ?? names.accountId, plan: names.plan, expiresAt };
  if (state === 'broken') return { ...base, valid: false, asked: 'nobody', reason };
  const running = await runningAt(terminal, options);
  if (running !== undefined) return { ...base, ...(await probe(running, standing)) };
  if (state === 'expired') return { ...base, valid: false, asked: 'nobody', reason };
  return { ...base, ...(await askVendor(terminal, place, standing, options)) };
}

async function probe(running: RunningGateway, { provider, account }: AccountStanding): Promise<Answered> {
  try {
    return judged(await running.probe({ provider, account, model: undefined }));
  } catch (thrown) {
    return { valid: undefined, asked: 'gateway', reason: messageOf(thrown) };
  }
}

/** An upstream that is down, or has no time, says nothing of the account. */
function judged({ answered, failure, reason }: Probed): Answered {
  if (answered) return { valid: true, asked: 'gateway', reason: undefined };
  const words = [failure, reason].filter((word) => word !== undefined && word !== '').join(': ');
  return { valid: failure?.startsWith('auth') === true ? false : undefined, asked: 'gateway', reason: words };
}

async function askVendor(
  terminal: Terminal,
  place: Place,
  standing: AccountStanding,
  options: PlaceOptions,
): Promise<Answered> {
  const { provider, account, state, kind } = standing;
  const source = place.sources.find((one) => one.provider === provider && one.account === account);
  if (source === undefined) {
    return {
      valid: undefined,
      asked: 'nobody',
      reason: 'nobody knows of a key before it is used; a running gateway probes it',
    };
  }
  if (state !== 'due') {
    const login = place.logins.find((one) => one.provider === provider);
    const told = await askUserinfo(login, source, terminal.clock ?? systemClock);
    const isOver = told?.valid === false && source.tokens.refreshToken !== undefined;
    if (told !== undefined && !isOver) return told;
    if (told === undefined && kind === 'oauth') {
      const reason = 'its vendor has no userinfo endpoint, and by its time it is good; a running gateway probes it';
      return { valid: true, asked: 'nobody', reason };
    }
  }
  const { error, final, expiresAt } = await refreshOne(terminal, place, standing, options);
  if (error !== undefined) return { valid: final ? false : undefined, asked: 'refresh', reason: error };
  return { valid: true, asked: 'refresh', reason: undefined, expiresAt };
}

const mostMs = 30_000;

/** Undefined: there is nobody to ask. */
async function askUserinfo(
  login: LoadedLogin | undefined,
  { tokens, egressUrl }: CredentialSource,
  clock: Clock,
): Promise<Answered | undefined> {
  // One that was traded is no token of the login any more.
  if (login === undefined || login.exchanged) return undefined;
  // Read when it is needed.
  const { findUserinfo } = await import('../../accounts/login/find-userinfo.ts');
  const found = await findUserinfo(login, clock);
  if ('problem' in found) return { valid: undefined, asked: 'userinfo', reason: found.problem.message };
  const { url } = found;
  if (url === undefined || tokens.accessToken === undefined || url.includes('{')) return undefined;
  const host = hostOf(url);
  const headers = { authorization: `Bearer ${tokens.accessToken}`, accept: 'application/json' };
  await using dispatcher = openEgress(egressUrl);
  try {
    const { status } = await ask({ url, method: 'GET', headers, dispatcher, signal: AbortSignal.timeout(mostMs) });
    if (status >= 200 && status <= 299) return { valid: true, asked: 'userinfo', reason: undefined };
    return { valid: status === 401 ? false : undefined, asked: 'userinfo', reason: `${host} answered ${status}` };
  } catch (thrown) {
    return { valid: undefined, asked: 'userinfo', reason: `${host} cannot be asked: ${reasonOf(thrown)}` };
  }
}
