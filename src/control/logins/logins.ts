// What can be asked of the logins of a running gateway, and what is told of one. No secret is in any of it.
import type { LoginProblem, LoginProblemCode } from '../../accounts/login/login.ts';
import type { LoginFlow } from '../../core/index.ts';

export interface Logins {
  /** Who can be signed in to. */
  providers(): readonly LoginProvider[];
  /** Throws a Refusal where that cannot be begun. */
  start(wish: LoginWish): Promise<LoginState>;
  list(): readonly LoginState[];
  find(id: string): LoginState | undefined;
  /** Hands a callback to a login. */
  paste(id: string, callback: string): Pasted;
  /** Resolves when the login is over, or with how it stands after so many milliseconds. */
  settled(id: string, limitMs: number): Promise<LoginState | undefined>;
  /** Ends a login that waits, and forgets one that is over. False: there is none of this id. */
  cancel(id: string): boolean;
}

export interface LoginProvider {
  readonly provider: string;
  /** Its directory, and other words for it. */
  readonly use: string;
  readonly aliases: readonly string[];
  readonly title: string;
  /** The usual one first. */
  readonly flows: readonly LoginFlow[];
  /** Where the vendor sends the browser back to, and where that is listened for. Null: it has no code flow. */
  readonly callback: { readonly redirectUri: string; readonly host: string; readonly port: number } | null;
  /** Whether the configuration has a client id: without one there can be no login. */
  readonly clientId: boolean;
  /** What to register, and where. */
  readonly register: string | undefined;
}

export interface LoginWish {
  readonly provider: string;
  /** What it shall be called. */
  readonly account: string | undefined;
  readonly flow: LoginFlow | undefined;
  readonly listen: boolean;
  readonly callbackPort: number | undefined;
}

interface Begun {
  /** Also the `state` of the code flow. */
  readonly id: string;
  readonly provider: string;
  readonly flow: LoginFlow;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export interface WaitingLogin extends Begun {
  readonly status: 'waiting';
  /** As it was asked for. */
  readonly account: string | undefined;
  readonly url: string;
  readonly userCode: string | undefined;
  readonly verificationUrl: string | undefined;
  readonly redirectUri: string | undefined;
  readonly listening: { readonly host: string; readonly port: number } | undefined;
  /** When it is given up, epoch milliseconds. */
  readonly expiresAt: number;
}

/** What was made of a login. */
export interface KeptAccount {
  readonly account: string;
  readonly outcome: 'added' | 'updated';
  readonly email: string | undefined;
  readonly plan: string | undefined;
  /** Whose the account was before, where that was somebody else. */
  readonly before: string | undefined;
  /** Absolute. */
  readonly file: string;
  /** Whether the gateway serves it already. */
  readonly served: boolean;
}

export interface DoneLogin extends Begun, KeptAccount {
  readonly status: 'done';
  /** Of the access token, epoch milliseconds. */
  readonly expiresAt: number | undefined;
}

export interface FailedLogin extends Begun {
  readonly status: 'failed';
  readonly account: string | undefined;
  readonly code: LoginFailure['code'];
  readonly message: string;
  readonly remedy: string;
}

export type LoginState = WaitingLogin | DoneLogin | FailedLogin;

/** `provider-gone`: a reload took the provider away. `not-kept`: the account file cannot be written. */
export interface LoginFailure extends Omit<LoginProblem, 'code'> {
  readonly code: LoginProblemCode | 'provider-gone' | 'not-kept';
}

/** `unknown`: there is no login of this id. `over`: it has ended already. */
export type Pasted = 'taken' | 'unknown' | 'over' | LoginProblem;

/** Why the account file of a login could not go anywhere. */
export interface Nowhere {
  readonly code: 'no-directory' | 'account-configured';
  readonly message: string;
  readonly remedy: string;
}
