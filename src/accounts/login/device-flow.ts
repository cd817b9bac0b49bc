// A code that is typed in elsewhere (RFC 8628): the vendor is asked again and again whether somebody has.
import * as oauth from 'oauth4webapi';
import { mayName } from '../../config/credentials/safe-endpoint.ts';
import type { Tree } from '../../config/read/tree.ts';
import type { Alarm } from '../../core/index.ts';
import type { Ending } from './ending.ts';
import type { Granted, Login, LoginOptions } from './login.ts';
import { badCallback, denied, LoginFailure, refused, timedOut } from './problems.ts';
import { endpointIn, endpointsOf } from './vendor/endpoints.ts';
import { grantOf } from './vendor/grant.ts';
import { type Answer, readAnswer, wrongWith } from './vendor/read-answer.ts';
import type { Vendor } from './vendor/vendor.ts';

/** RFC 8628, 3.2 and 3.5: what holds where the vendor does not say it, and what `slow_down` adds. */
const usualIntervalMs = 5000;
const slowerMs = 5000;
const longestIntervalMs = 60_000;
/** Whatever it says: nobody is asked without a pause. */
const shortestIntervalMs = 100;
/** Polls in a row that may fail on the way before that is what the login ends with. */
const patience = 4;

type Flow = Pick<Login, 'id' | 'url' | 'userCode' | 'verificationUrl' | 'paste'> & {
  /** Milliseconds; undefined: the vendor does not say. */
  readonly lifetimeMs: number | undefined;
};

interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  readonly completeUrl: string | undefined;
  readonly intervalMs: number;
  readonly lifetimeMs: number | undefined;
}

/** Throws LoginFailure. */
export async function startDeviceFlow(vendor: Vendor, options: LoginOptions, ending: Ending): Promise<Flow> {
  const { facts } = vendor;
  const server = await endpointsOf(vendor, ['deviceUrl', 'tokenUrl']);
  const verifier = facts.devicePkce ? oauth.generateRandomCodeVerifier() : undefined;
  const response = await oauth.deviceAuthorizationRequest(
    server,
    vendor.client,
    vendor.authentication,
    await parametersOf(vendor, verifier),
    { [oauth.customFetch]: vendor.fetch('form'), [oauth.allowInsecureRequests]: true },
  );
  const code = codeIn(vendor, endpointIn(vendor, server, 'deviceUrl'), await readAnswer(response));
  poll({ vendor, server, verifier, code, ending, note: options.note ?? (() => undefined) });
  return {
    id: oauth.generateRandomState(),
    url: code.completeUrl ?? code.verificationUrl,
    userCode: code.userCode,
    verificationUrl: code.verificationUrl,
    lifetimeMs: code.lifetimeMs,
    paste: () => badCallback('A login with a device code has no callback.'),
  };
}

async function parametersOf({ facts }: Vendor, verifier: string | undefined): Promise<Record<string, string>> {
  return {
    ...facts.deviceParameters,
    ...(facts.scopes.length === 0 ? {} : { scope: facts.scopes.join(' ') }),
    ...(verifier === undefined
      ? {}
      : { code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }),
  };
}

function codeIn({ facts }: Vendor, url: string, answer: Answer): DeviceCode {
  const wrong = wrongWith(answer);
  if (wrong !== undefined) throw new LoginFailure(refused(facts, url, wrong, answer.error));
  const { body } = answer;
  const [deviceCode, userCode] = [body.device_code, body.user_code];
  const pageIn = pagesOf(url, body);
  const verificationUrl = pageIn('verification_uri') ?? pageIn('verification_url');
  // A code is shown in a terminal: nothing in it may move the cursor.
  if (typeof deviceCode !== 'string' || typeof userCode !== 'string' || !/^[ -~]{1,100}$/.test(userCode)) {
    throw new LoginFailure(refused(facts, url, 'it answered without a device code'));
  }
  if (verificationUrl === undefined) throw new LoginFailure(refused(facts, url, 'it names no page for the code'));
  return {
    deviceCode,
    userCode,
    verificationUrl,
    completeUrl: pageIn('verification_uri_complete') ?? pageIn('verification_url_complete'),
    intervalMs: Math.min(
      Math.max(secondsIn(body, 'interval') ?? usualIntervalMs, shortestIntervalMs),
      longestIntervalMs,
    ),
    lifetimeMs: secondsIn(body, 'expires_in'),
  };
}

/** A person is sent there, by a browser that may be signed in to other things on this host. */
function pagesOf(endpoint: string, body: Tree): (name: string) => string | undefined {
  return (name) => {
    const url = body[name];
    return typeof url === 'string' && mayName(endpoint, url) ? new URL(url).href : undefined;
  };
}

/** In milliseconds. */
function secondsIn(body: Tree, name: string): number | undefined {
  const seconds = Number(body[name] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}

interface Polling {
  readonly vendor: Vendor;
  readonly server: oauth.AuthorizationServer;
  readonly verifier: string | undefined;
  readonly code: DeviceCode;
  readonly ending: Ending;
  readonly note: (message: string) => void;
}

function poll(polling: Polling): void {
  const { vendor, code, ending, note } = polling;
  let wait = code.intervalMs;
  let failures = 0;
  const slower = (why: string) => {
    wait = Math.min(wait + slowerMs, longestIntervalMs);
    note(`${why}; it is asked every ${wait / 1000} s from now on.`);
  };
  async function ask(): Promise<Granted | undefined> {
    try {
      const answer = await askOnce(polling);
      failures = 0;
      if (answer.error === 'authorization_pending') return undefined;
      if (answer.error !== 'slow_down') return await grantedBy(polling, answer);
      slower('The vendor wants to be asked less often');
    } catch (error) {
      if (!(error instanceof LoginFailure) || error.problem.code !== 'unreachable') throw error;
      failures += 1;
      if (failures >= patience) throw error;
      slower(error.problem.message.replace(/\.$/, ''));
    }
    return undefined;
  }
  function next(): Alarm {
    return vendor.clock.after(wait, () => {
      ask().then((granted) => {
        if (granted !== undefined) ending.end({ granted });
        else if (!ending.signal.aborted) alarm = next();
      }, ending.fail);
    });
  }
  let alarm = next();
  ending.letGo(() => alarm.cancel());
}

async function askOnce({ vendor, server, verifier, code }: Polling): Promise<Answer> {
  const { facts } = vendor;
  const response = await oauth.deviceCodeGrantRequest(server, vendor.client, vendor.authentication, code.deviceCode, {
    [oauth.customFetch]: vendor.fetch(facts.body),
    [oauth.allowInsecureRequests]: true,
    additionalParameters: {
      ...facts.tokenParameters,
      ...(verifier === undefined ? {} : { code_verifier: verifier }),
    },
  });
  return readAnswer(response);
}

function grantedBy({ vendor, server, note }: Polling, answer: Answer): Promise<Granted> {
  const { facts } = vendor;
  if (answer.error === 'access_denied') throw new LoginFailure(denied(facts));
  if (answer.error === 'expired_token') throw new LoginFailure(timedOut('device'));
  return grantOf(vendor, answer, { server, nonce: undefined, note });
}
