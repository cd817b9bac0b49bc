// The contract of a login: one object from its start to its end, whoever drives it, a command or the control API.
import type { LoadedLogin, TokenSet } from '../../config/loaded.ts';
import type { Clock, CredentialField, LoginFlow } from '../../core/index.ts';

/** Why a login cannot begin, or came to nothing. */
export type LoginProblemCode =
  /** `providers[].oauth.clientId` is missing: `remedy` says what to register, where. */
  | 'no-client'
  /** The vendor has no such flow, or nothing says its endpoints. */
  | 'no-flow'
  /** Another program listens at the callback port. */
  | 'port-taken'
  /** The issuer does not say its endpoints. */
  | 'discovery-failed'
  /** Consent was refused. */
  | 'denied'
  /** The answer belongs to another login. */
  | 'state-mismatch'
  /** What was pasted is no callback URL of this login. */
  | 'bad-callback'
  /** Nobody came back in time; the device code has ended. */
  | 'timeout'
  | 'cancelled'
  /** An endpoint cannot be reached. */
  | 'unreachable'
  /** An endpoint answered with an error of OAuth, or with none that makes sense. */
  | 'refused';

/** No secret in any of it. */
export interface LoginProblem {
  readonly code: LoginProblemCode;
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
}

/** What a login gave. */
export interface Granted {
  readonly tokens: TokenSet;
  /** Names of the account, and its `apiKey` where the vendor gives one: never to be shown as they are. */
  readonly fields: Readonly<Partial<Record<CredentialField, string>>>;
}

export type LoginOutcome = { readonly granted: Granted } | { readonly problem: LoginProblem };

export interface LoginOptions {
  readonly clock: Clock;
  /** Absent: the usual one of the vendor. */
  readonly flow?: LoginFlow | undefined;
  /** Code flow: whether a callback listener is opened. False: the callback URL is pasted. */
  readonly listen: boolean;
  /** Before the one of `login.callback`. */
  readonly callbackPort?: number | undefined;
  /** Milliseconds; 5 minutes. A device code may end earlier. */
  readonly limitMs?: number | undefined;
  /** Something worth telling on the way: a callback of another login came, the vendor asked to poll slower. */
  readonly note?: ((message: string) => void) | undefined;
}

/** A login under way. */
export interface Login {
  /** 256 random bits; the `state` of the code flow. */
  readonly id: string;
  readonly facts: LoadedLogin;
  readonly flow: LoginFlow;
  /** Where a browser has to go; in the device flow with the code filled in where the vendor offers that. */
  readonly url: string;
  /** Device flow: what is to be typed in at `verificationUrl`. */
  readonly userCode: string | undefined;
  readonly verificationUrl: string | undefined;
  /** Code flow: where the vendor sends the browser back to. */
  readonly redirectUri: string | undefined;
  /** Where the callback is listened for; undefined: nowhere. */
  readonly listening: { readonly host: string; readonly port: number } | undefined;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Never rejects. Once it is settled nothing of the login is left: no listener, no timer, no request. */
  readonly outcome: Promise<LoginOutcome>;
  /** Code flow: takes the callback URL (or its query) from a person. A problem leaves the login as it is: it can be tried again. */
  paste(callback: string): LoginProblem | undefined;
  cancel(): void;
}

/** What `startLogin` does: the listener is bound, the device code fetched, before it answers. Never rejects. */
export type StartLogin = (
  facts: LoadedLogin,
  options: LoginOptions,
) => Promise<{ readonly login: Login } | { readonly problem: LoginProblem }>;
