// Authorization code with PKCE (RFC 6749, 4.1; RFC 7636; RFC 8252): a browser asks for consent and comes back to loopback,
// or a person pastes where it ended.
import { randomInt } from 'node:crypto';
import { redirectUriOf } from '../../config/credentials/redirect-uri.ts';
import { isSameSecret } from '../../config/credentials/same-secret.ts';
import { authorizationUrl, questionFor } from './authorization-url.ts';
import { type CallbackListener, openListener } from './callback/listener.ts';
import type { Verdict } from './callback/page.ts';
import { isAnswer, readCallback } from './callback/read-callback.ts';
import type { Ending } from './ending.ts';
import type { Login, LoginOptions, LoginProblem } from './login.ts';
import { badCallback, LoginFailure, portTaken, stateMismatch } from './problems.ts';
import { redeemCode } from './redeem-code.ts';
import { endpointIn, endpointsOf } from './vendor/endpoints.ts';
import type { Vendor } from './vendor/vendor.ts';

type Flow = Pick<Login, 'id' | 'url' | 'redirectUri' | 'listening' | 'paste'>;

/** Throws LoginFailure. */
export async function startCodeFlow(vendor: Vendor, options: LoginOptions, ending: Ending): Promise<Flow> {
  const { facts } = vendor;
  const server = await endpointsOf(vendor, ['authorizeUrl', 'tokenUrl']);
  const asked = questionFor(vendor);
  const note = options.note ?? (() => undefined);
  let taken = false;
  /** Undefined: it is this login's, and is being redeemed. */
  function take(parameters: URLSearchParams): LoginProblem | undefined {
    if (!isSameSecret(parameters.get('state') ?? '', asked.state)) return stateMismatch;
    if (ending.problem !== undefined) return ending.problem;
    if (taken) return badCallback('This login has its answer already.');
    if (!isAnswer(parameters)) return badCallback('There is no code in it.');
    taken = true;
    redeemCode(vendor, parameters, { server, question, note }).then((granted) => ending.end({ granted }), ending.fail);
    return undefined;
  }
  // A redirect URI that is not on loopback is answered elsewhere.
  const listens = options.listen && facts.callback.redirectUri === undefined;
  const listener = listens ? await listenFor(vendor, options, { ending, note, take }) : undefined;
  if (listener !== undefined) ending.letGo(() => listener.close());
  const redirectUri = answeredAt(vendor, listener?.port ?? portOf(vendor, options));
  const question = { ...asked, redirectUri };
  return {
    id: asked.state,
    url: await authorizationUrl(vendor, endpointIn(vendor, server, 'authorizeUrl'), question),
    redirectUri,
    listening: listener && { host: listener.host, port: listener.port },
    paste(callback) {
      const parameters = readCallback(callback);
      return parameters === undefined ? badCallback('What was pasted is no callback of a login.') : take(parameters);
    },
  };
}

function portOf({ facts }: Vendor, { callbackPort }: LoginOptions): number {
  return callbackPort ?? facts.callback.port;
}

/** Where nobody listens and no port is asked for, one that nothing usual is at. */
function answeredAt({ facts: { callback } }: Vendor, port: number): string {
  const { host, path } = callback;
  return redirectUriOf(callback, port) ?? `http://${host}:${randomInt(49_152, 65_536)}${path}`;
}

interface Listening {
  readonly ending: Ending;
  readonly note: (message: string) => void;
  readonly take: (parameters: URLSearchParams) => LoginProblem | undefined;
}

/** Callbacks of other logins that are told of: a page in the same browser may send them without end. */
const mostTold = 3;

async function listenFor(
  vendor: Vendor,
  options: LoginOptions,
  { ending, note, take }: Listening,
): Promise<CallbackListener> {
  const { facts } = vendor;
  const port = portOf(vendor, options);
  let strangers = 0;
  try {
    return await openListener({
      host: facts.callback.host,
      port,
      path: facts.callback.path,
      listenHost: facts.callback.listenHost,
      async take(parameters): Promise<Verdict> {
        const problem = take(parameters);
        // Browsers ask twice now and then: whoever has the state is told what came of it.
        if (problem?.code !== 'state-mismatch') {
          return isAnswer(parameters) ? verdictOf(await ending.decided) : 'no-answer';
        }
        if (!parameters.has('state') && !isAnswer(parameters)) return 'no-answer';
        // It may be a slip or an attack; either way it must end nobody's login, and fill nobody's log.
        strangers += 1;
        if (strangers <= mostTold) note('A callback of another login came and was turned away; this one still waits.');
        return 'wrong-state';
      },
    });
  } catch (error) {
    const { code = 'unknown error', address = facts.callback.listenHost ?? '127.0.0.1' } = Object(error);
    throw new LoginFailure(portTaken(facts, String(address), port, String(code)));
  }
}

function verdictOf(outcome: Awaited<Ending['decided']>): Verdict {
  if ('granted' in outcome) return 'done';
  return outcome.problem.code === 'denied' ? 'denied' : 'failed';
}
