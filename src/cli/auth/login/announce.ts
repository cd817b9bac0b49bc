// What a person has to do for a login, in words: where to go, what to type there, and how the answer finds its way back.
import { hostname } from 'node:os';
import type { Login } from '../../../accounts/login/login.ts';
import { printable } from '../../../core/printable.ts';
import type { Terminal } from '../../terminal.ts';
import type { Way } from './way.ts';

/** What a terminal has that does not say: a code that is wider would break. */
const usualColumns = 80;

export async function announce(terminal: Terminal, login: Login, way: Way, opened: boolean): Promise<string> {
  const { facts, flow, url } = login;
  const lines: string[] = [];
  // Before all words: it is higher than many a terminal, and what is to be done stays in sight.
  if (!opened && terminal.outIsTerminal === true) lines.push(...(await code(url, terminal.columns || usualColumns)));
  if (way.why !== undefined) lines.push(`${chosen[flow]}, for ${way.why}.`);
  lines.push(
    opened
      ? `A browser was opened to sign in to ${facts.title}. If it shows nothing, go to`
      : `To sign in to ${facts.title}, go to`,
  );
  // Words of the vendor.
  const [userCode, verificationUrl] = [login.userCode ?? '(none)', login.verificationUrl ?? url].map(printable);
  if (flow === 'device') lines.push('', `  ${verificationUrl}`, '', 'and type in this code:', '', `  ${userCode}`, '');
  else lines.push('', `  ${printable(url)}`, '');
  if (flow === 'code' && !opened) lines.push(...waysBack(terminal, login, way));
  return `${lines.join('\n').trimEnd()}\n`;
}

const chosen = {
  device: 'The login goes by a device code',
  code: 'No browser is opened',
} as const;

async function code(url: string, columns: number): Promise<string[]> {
  // Read when it is needed.
  const { renderUnicodeCompact } = await import('uqr');
  const drawn = renderUnicodeCompact(url, { ecc: 'L' });
  return (drawn.split('\n')[0]?.length ?? 0) > columns ? [] : [drawn, ''];
}

/** A browser on another machine ends at an address where nothing listens. */
function waysBack(terminal: Terminal, login: Login, way: Way): string[] {
  const where = login.redirectUri ?? 'the callback URL';
  const shown = `The browser ends at ${where}?…`;
  if (login.listening === undefined) return [`${shown} Copy that whole address, whatever page it shows.`];
  const forward = `  ${tunnel(terminal, login)}`;
  const lines = [
    `${shown}, which is this computer. From a browser on another one, forward the port first:`,
    '',
    forward,
    '',
  ];
  return way.paste
    ? [...lines, 'or copy the whole address from the browser, whatever page it shows, and give it here.']
    : lines;
}

/** The port of the redirect URI leads to where the callback is listened for. */
function tunnel({ env }: Terminal, { listening, redirectUri }: Login): string {
  const port = URL.parse(redirectUri ?? '')?.port || String(listening?.port ?? '');
  const [, , host, sshPort] = (env.SSH_CONNECTION ?? '').split(' ');
  const to = `${env.USER ?? 'you'}@${host || hostname()}`;
  const own = sshPort === undefined || sshPort === '' || sshPort === '22' ? '' : `-p ${sshPort} `;
  return `ssh ${own}-L ${port}:127.0.0.1:${listening?.port ?? port} ${to}`;
}
