// A desk with a gateway.yaml whose provider is signed in to at a real authorization server on loopback, and a browser that
// clicks through its pages.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Terminal } from '../../../src/cli/terminal.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  authorizationServer,
} from '../../accounts/authorization-server.ts';
import type { Walk } from '../../accounts/walk-pages.ts';
import { type Desk, sitDown } from '../typed.ts';

export interface SignInDesk {
  readonly server: AuthorizationServer;
  readonly desk: Desk;
  /** Every account file's text. */
  files(): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface SignInOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Given the server, what else there is at the terminal. */
  readonly terminal?: (server: AuthorizationServer) => Partial<Terminal>;
  /** Further lines of the provider's `oauth`. */
  readonly oauth?: Readonly<Record<string, unknown>>;
  readonly server?: AuthorizationServerOptions;
}

/** Somebody sits at it, with a display. */
export const display = { DISPLAY: ':0' };

export async function signInDesk(t: TestContext, options: SignInOptions = {}): Promise<SignInDesk> {
  const server = await authorizationServer(t, options.server);
  const desk = await sitDown(t, options.env ?? display, {
    outIsTerminal: true,
    openBrowser: browser(server),
    ...options.terminal?.(server),
  });
  await desk.write('gateway.yaml', configuration(server, options.oauth));
  return {
    server,
    desk,
    files: () => {
      const home = join(desk.directory, 'accounts');
      const names = readdirSync(home).filter((name) => name.endsWith('.json'));
      return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(home, name), 'utf8'))]));
    },
  };
}

/** Signs in, consents and comes back, as a person would. */
export function browser(server: AuthorizationServer, walk?: Walk): (url: string) => Promise<boolean> {
  return async (url) => {
    const end = await server.walk(url, walk);
    if (!end.startsWith(server.issuer)) await (await fetch(end)).text();
    return true;
  };
}

export function configuration(server: AuthorizationServer, oauth: Readonly<Record<string, unknown>> = {}): string {
  const { clientId, clientSecret, authorizeUrl, tokenUrl, deviceUrl, revokeUrl, userinfoUrl } = server;
  const endpoints = { authorizeUrl, tokenUrl, deviceUrl, revokeUrl, userinfoUrl };
  const scopes = ['openid', 'offline_access', 'email'];
  const client = { clientId, clientSecret: `\${env:NONE:-${clientSecret}}`, ...endpoints, scopes, ...oauth };
  return `${JSON.stringify({
    version: 1,
    accounts: { directory: './accounts' },
    listeners: [{ name: 'api', port: 0 }],
    control: { port: 0 },
    threads: 1,
    providers: [{ name: 'acme', use: 'openai-compatible', baseUrl: server.issuer, models: ['m'], oauth: client }],
  })}\n`;
}

/** What of the account files must never be said. */
export function secretsOf({ files, server }: SignInDesk): string[] {
  const tokens = Object.values(files()).flatMap(({ accessToken, refreshToken, idToken, apiKey }) => [
    accessToken,
    refreshToken,
    idToken,
    apiKey,
  ]);
  return [server.clientSecret, ...tokens.filter((token) => typeof token === 'string')];
}
