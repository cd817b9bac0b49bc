// A login that could not begin, or came to nothing: what the engine says of it, and what only this place knows.
import type { LoginProblem } from '../../../accounts/login/login.ts';
import type { LoadedLogin } from '../../../config/loaded.ts';
import { findHolder } from '../../../process/ports/holder.ts';

/** Mistakes in what was asked or configured; the others are failures. */
const mistakes: ReadonlySet<LoginProblem['code']> = new Set(['no-client', 'no-flow']);

export function codeOf({ code }: LoginProblem): number {
  return mistakes.has(code) ? 2 : 1;
}

/** The problem with what can be done about it from here. */
export async function explained(
  problem: LoginProblem,
  facts: LoadedLogin,
  port: number | undefined,
): Promise<LoginProblem> {
  if (problem.code === 'no-client') return { ...problem, remedy: `${problem.remedy}\n${clientLines(facts)}` };
  if (problem.code === 'no-flow' && facts.flows[0] === 'code' && !facts.flows.includes('device')) {
    return { ...problem, remedy: `${problem.remedy.replace(/\.$/, '')}: leave \`--device\` out.` };
  }
  if (problem.code === 'port-taken') return taken(problem, facts, port ?? facts.callback.port);
  return problem;
}

/** The lines to write once a client is registered. Its id is no secret: a variable that is not set would only be one more step. */
function clientLines({ provider }: LoadedLogin): string {
  return [
    `The lines for the provider ${provider}:`,
    '    oauth:',
    '      clientId: the-id-of-your-client',
    'or have it written:',
    `  portico config set 'providers[${provider}].oauth.clientId' the-id-of-your-client`,
  ].join('\n');
}

async function taken(problem: LoginProblem, facts: LoadedLogin, port: number): Promise<LoginProblem> {
  const { callback, flows } = facts;
  const holder = await findHolder(callback.host, port);
  const who = holder === undefined ? '' : ` It is held by process ${holder.pid} (${holder.name}).`;
  const fixed =
    callback.registeredPort === undefined
      ? ''
      : ` The vendor sends browsers to port ${callback.registeredPort} all the same: forward that to the port you choose.`;
  const device = flows.includes('device') ? ' `--device` needs no port.' : '';
  return { ...problem, message: `${problem.message}${who}`, remedy: `${problem.remedy}${fixed}${device}` };
}
