// What can come in the way of a login: each with what happened and the way out. No secret in any of it: of a vendor's error
// only the code is told, because a description may quote what was sent.
import { listenVariable, portVariable } from '../../config/credentials/logins.ts';
import type { LoadedLogin } from '../../config/loaded.ts';
import type { LoginFlow } from '../../core/index.ts';
import { hostOf } from '../endpoint/host-of.ts';
import type { LoginProblem } from './login.ts';

/** Thrown inside the engine; nobody outside sees it. */
export class LoginFailure extends Error {
  readonly problem: LoginProblem;

  constructor(problem: LoginProblem) {
    super(problem.message);
    this.name = 'LoginFailure';
    this.problem = problem;
  }
}

type Facts = Pick<LoadedLogin, 'provider' | 'use' | 'title' | 'register'>;

export function noClient({ provider, title, register }: Facts): LoginProblem {
  const how = register?.trim() ?? `Register an OAuth client of your own with the vendor of ${title}.`;
  return {
    code: 'no-client',
    message: `No OAuth client is set for provider "${provider}", so nobody can sign in to ${title}.`,
    remedy: `${how} Once you have a client, set \`oauth.clientId\` (and \`oauth.clientSecret: \${env:NAME}\`, where it has one) of provider "${provider}" in gateway.yaml.`,
  };
}

export function noFlow({ provider, flows }: LoadedLogin, flow: LoginFlow): LoginProblem {
  const others = flows.filter((one) => one !== flow);
  const word = { code: 'authorization code flow', device: 'device flow' };
  return {
    code: 'no-flow',
    message: `Provider "${provider}" has no ${word[flow]}.`,
    remedy:
      others.length === 0
        ? 'Use an API key of the vendor, or set the endpoints of a flow in `oauth` of the provider in gateway.yaml.'
        : `Use its ${others.map((one) => word[one]).join(' or ')}.`,
  };
}

/** `endpoint` is the name of the setting. */
export function noEndpoint({ provider }: Facts, endpoint: string): LoginProblem {
  return {
    code: 'no-flow',
    message: `Nothing says the \`${endpoint}\` of provider "${provider}".`,
    remedy: `Set \`oauth.${endpoint}\` of provider "${provider}" in gateway.yaml, or \`oauth.issuer\` where the vendor offers discovery.`,
  };
}

export function unsafeEndpoint({ provider }: Facts, url: string): LoginProblem {
  return {
    code: 'no-flow',
    message: `An endpoint of provider "${provider}" at ${hostOf(url)} is reached neither by https nor on loopback: a login would be readable on the way.`,
    remedy: 'Name an endpoint that starts with `https://`.',
  };
}

/** `reason` is the error code of the system. */
export function portTaken({ provider, use }: Facts, host: string, port: number, reason: string): LoginProblem {
  const [what, first] = whyTaken(reason);
  return {
    code: 'port-taken',
    message: `The callback port ${port} at ${host} ${what}.`,
    remedy: `${first}, choose another port (\`--callback-port\`, \`oauth.callbackPort\` of provider "${provider}" in gateway.yaml, or ${portVariable(use)}), or paste the callback URL instead (\`--paste\`).`,
  };
}

function whyTaken(reason: string): readonly [what: string, first: string] {
  if (reason === 'EADDRINUSE') return ['is taken by another program', 'End that program'];
  if (reason === 'EACCES') return ['may not be listened at: it needs a privilege', 'Run it with that privilege'];
  return [`cannot be listened at (${reason})`, `Set ${listenVariable} to an address of this host`];
}

export function discoveryFailed({ provider }: Facts, issuer: string, reason: string): LoginProblem {
  return {
    code: 'discovery-failed',
    message: `The issuer ${hostOf(issuer)} does not say its endpoints: ${reason}.`,
    remedy: `Check \`oauth.issuer\` of provider "${provider}", or name its endpoints in gateway.yaml (\`oauth.authorizeUrl\`, \`oauth.tokenUrl\`, \`oauth.deviceUrl\`).`,
  };
}

export function denied({ title }: Facts): LoginProblem {
  return {
    code: 'denied',
    message: `Consent was refused at ${title}.`,
    remedy: 'Sign in again and allow the access, with an account that may give it.',
  };
}

export const stateMismatch: LoginProblem = {
  code: 'state-mismatch',
  message: 'This callback belongs to another login: its state is not the one of this login.',
  remedy: 'Open the URL of this login and paste where it leads, or wait for the browser; this login still waits.',
};

export function badCallback(what: string): LoginProblem {
  return {
    code: 'bad-callback',
    message: what,
    remedy:
      'Copy the whole address the browser ended at, with everything after the `?`, or the code with what stands after its `#`.',
  };
}

/** `limitMs` undefined: the vendor says so. */
export function timedOut(flow: LoginFlow, limitMs?: number): LoginProblem {
  const seconds = Math.ceil((limitMs ?? 0) / 1000);
  const span = seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
  const within = limitMs === undefined ? 'before it ended' : `within ${span}`;
  return {
    code: 'timeout',
    message: flow === 'code' ? `Nobody came back ${within}.` : `Nobody entered the code ${within}.`,
    remedy:
      flow === 'code'
        ? 'Start the login again. If the browser ended at a page it could not load, paste its address (`--paste`).'
        : 'Start the login again and enter the new code in time.',
  };
}

export const cancelled: LoginProblem = {
  code: 'cancelled',
  message: 'The login was cancelled.',
  remedy: 'Start it again when you are ready; nothing was kept.',
};

export function unreachable({ provider }: Facts, url: string, reason: string): LoginProblem {
  return {
    code: 'unreachable',
    message: `${hostOf(url)} cannot be reached: ${reason}.`,
    remedy: `Check the network and the \`egress\` of provider "${provider}" (\`portico egress test\`), then start the login again.`,
  };
}

/** `error` is a code of OAuth, where there was one. */
export function refused(facts: Facts, url: string, said: string, error?: string): LoginProblem {
  return { code: 'refused', message: `${hostOf(url)} refused: ${said}.`, remedy: remedyOf(facts, error) };
}

function remedyOf({ provider }: Facts, error: string | undefined): string {
  const client = `\`oauth\` of provider "${provider}" in gateway.yaml`;
  if (error === 'invalid_client' || error === 'unauthorized_client' || error === 'incorrect_client_credentials') {
    return `Check \`clientId\` and \`clientSecret\` in ${client}, and that the vendor allows this client this flow.`;
  }
  if (error === 'redirect_uri_mismatch') return `Register the redirect URI of this login for the client in ${client}.`;
  if (error === 'invalid_scope') return `Check \`scopes\` in ${client} against what the client may ask for.`;
  if (error === 'invalid_grant') return 'Start the login again: a code is good once, and for a short time.';
  return `Start the login again. If that does not help, check ${client} against what the vendor documents.`;
}
