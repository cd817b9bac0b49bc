// Authorization code with PKCE (RFC 6749, 4.1; RFC 7636; RFC 8252): a browser asks for consent and comes back to loopback,
// or a person pastes where it ended.
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { type CallbackListener, openListener } from './callback/listener.ts';
import type { Verdict } from './callback/page.ts';
import { isAnswer, readCallback } from './callback/read-callback.ts';
import type { Ending } from './ending.ts';
import type { Login, LoginOptions, LoginProblem } from './login.ts';
import { badCallback, denied, LoginFailure, portTaken, refused, stateMismatch } from './problems.ts';
import { endpointIn, endpointsOf } from './vendor/endpoints.ts';
import { grantOf } from './vendor/grant.ts';
import { readAnswer } from './vendor/read-answer.ts';
import type { Vendor } from './vendor/vendor.ts';

/** What this login asked with, and is answered with. */
interface Question {
  readonly state: string;
  readonly verifier: string | undefined;
  readonly nonce: string | undefined;
}

type Flow = Pick<Login, 'id' | 'url' | 'redirectUri' | 'listening' | 'paste'>;

/** Throws LoginFailure. */
export async function startCodeFlow(vendor: Vendor, options: LoginOptions, ending: Ending): Promise<Flow> {
  const { facts } = vendor;
  const server = await endpointsOf(vendor, ['authorizeUrl', 'tokenUrl']);
  const question: Question = {
    state: oauth.generateRandomState(),
    verifier: facts.pkce ? oauth.generateRandomCodeVerifier() : undefined,
    nonce: facts.scopes.includes('openid') ? oauth.generateRandomNonce() : undefined,
  };
  const note = options.note ?? (() => undefined);
  let taken = false;
  /** Undefined: it is this login's, and is being redeemed. */
  function take(parameters: URLSearchParams): LoginProblem | undefined {
    if (!isEqual(parameters.get('state') ?? '', question.state)) return stateMismatch;
    if (ending.problem !== undefined) return ending.problem;
    if (taken) return badCallback('This login has its answer already.');
    if (!isAnswer(parameters)) return badCallback('There is no code in it.');
    taken = true;
    redeem(parameters).then((granted) => ending.end({ granted }), ending.fail);
    return undefined;
  }
  async function redeem(parameters: URLSearchParams) {
    const answered = answeredIn(vendor, server, parameters, question.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      vendor.client,
      vendor.authentication,
      answered,
      redirectUri,
      question.verifier ?? oauth.nopkce,
      {
        [oauth.customFetch]: vendor.fetch(facts.body),
        [oauth.allowInsecureRequests]: true,
        additionalParameters: filledIn(facts.tokenParameters, { state: question.state, redirectUri }),
      },
    );
    return grantOf(vendor, await readAnswer(response), { server, nonce: question.nonce, note });
  }
  // A redirect URI that is not on loopback is answered elsewhere.
  const listens = options.listen && facts.callback.redirectUri === undefined;
  const listener = listens ? await listenFor(vendor, options, { ending, note, take }) : undefined;
  if (listener !== undefined) ending.letGo(() => listener.close());
  const redirectUri = redirectUriOf(vendor, listener?.port ?? portOf(vendor, options));
  return {
    id: question.state,
    url: await authorizationUrl(vendor, endpointIn(vendor, server, 'authorizeUrl'), question, redirectUri),
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
function redirectUriOf({ facts: { callback } }: Vendor, port: number): string {
  const { host, path, registeredPort } = callback;
  if (callback.redirectUri !== undefined) return callback.redirectUri;
  return `http://${host}:${registeredPort ?? (port === 0 ? randomInt(49_152, 65_536) : port)}${path}`;
}

interface Listening {
  readonly ending: Ending;
  readonly note: (message: string) => void;
  readonly take: (parameters: URLSearchParams) => LoginProblem | undefined;
}

async function listenFor(
  vendor: Vendor,
  options: LoginOptions,
  { ending, note, take }: Listening,
): Promise<CallbackListener> {
  const { facts } = vendor;
  const port = portOf(vendor, options);
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
        // It may be a slip or an attack; either way it must not end the login of somebody else.
        note('A callback of another login came and was turned away; this one still waits.');
        return parameters.has('state') ? 'wrong-state' : 'no-answer';
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

async function authorizationUrl(
  { facts, client }: Vendor,
  endpoint: string,
  { state, verifier, nonce }: Question,
  redirectUri: string,
): Promise<string> {
  const url = new URL(endpoint);
  const parameters: Record<string, string | undefined> = {
    ...filledIn(facts.authorizeParameters, { state, redirectUri }),
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: facts.scopes.length === 0 ? undefined : facts.scopes.join(' '),
    state,
    nonce,
    code_challenge: verifier && (await oauth.calculatePKCECodeChallenge(verifier)),
    code_challenge_method: verifier && 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** What the vendor sent back with the browser, checked. Throws LoginFailure. */
function answeredIn(
  { facts, client }: Vendor,
  server: oauth.AuthorizationServer,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  const answer = new URLSearchParams(parameters);
  // RFC 9207: compared where it is known who the issuer is.
  if (facts.issuer === undefined) answer.delete('iss');
  const url = server.authorization_endpoint ?? '';
  try {
    return oauth.validateAuthResponse(server, client, answer, state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      if (error.error === 'access_denied') throw new LoginFailure(denied(facts));
      const code = /^[\w.-]{1,60}$/.test(error.error) ? error.error : 'an error without a code';
      throw new LoginFailure(refused(facts, url, code, code));
    }
    throw new LoginFailure(refused(facts, url, error instanceof Error ? error.message : String(error)));
  }
}

/** Some vendors want the state again where the code is redeemed, or the redirect URI under another name. */
function filledIn(
  parameters: Readonly<Record<string, string>>,
  { state, redirectUri }: { readonly state: string; readonly redirectUri: string },
): Record<string, string> {
  const fill = (text: string) => text.replaceAll('{state}', state).replaceAll('{redirectUri}', redirectUri);
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, fill(value)]));
}

/** Takes as long whatever they have in common. */
function isEqual(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
