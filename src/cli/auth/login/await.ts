// Waits for a login to end, while callback URLs may be given by hand and Ctrl-C takes it back.
import type { Login, LoginOutcome } from '../../../accounts/login/login.ts';
import type { Clock } from '../../../core/index.ts';
import type { Terminal } from '../../terminal.ts';
import type { Way } from './way.ts';

const stepMs = 1000;

/** Never rejects. */
export async function awaitLogin(terminal: Terminal, login: Login, way: Way, clock: Clock): Promise<LoginOutcome> {
  const done = new AbortController();
  const stopListening = terminal.onInterrupt?.(() => login.cancel());
  // Alarms of the clock and callback listeners leave the process free to end.
  const alive = setInterval(() => undefined, 60_000);
  const isAsked = way.paste && terminal.lines !== undefined && !(way.open && way.listen);
  const quiet = isAsked ? undefined : showWaiting(terminal, login, way, clock);
  const pasted = way.paste ? takeLines(terminal, login, isAsked, done.signal) : undefined;
  try {
    return await login.outcome;
  } finally {
    clearInterval(alive);
    quiet?.();
    stopListening?.();
    done.abort();
    await pasted;
  }
}

/** One line that counts down; the function that is returned takes it away. */
function showWaiting(
  { status, lines }: Terminal,
  { expiresAt }: Login,
  way: Way,
  clock: Clock,
): (() => void) | undefined {
  if (status === undefined) return undefined;
  const paste = way.paste && lines !== undefined ? 'or paste its address; ' : '';
  let alarm = clock.after(0, function show() {
    const left = Math.max(0, Math.round((expiresAt - clock.now()) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    status(`waiting for the browser, ${time} left; ${paste}Ctrl-C gives up`);
    alarm = clock.after(stepMs, show);
  });
  return () => {
    alarm.cancel();
    status(undefined);
  };
}

/** Tries each line until one fits; where there is no more, and nobody listens, there is nothing to wait for. */
async function takeLines(terminal: Terminal, login: Login, isAsked: boolean, signal: AbortSignal): Promise<void> {
  const { lines } = terminal;
  if (lines === undefined) return;
  const prompt = !isAsked || terminal.status === undefined ? '' : 'Address from the browser: ';
  terminal.error(prompt);
  try {
    for await (const line of lines(signal)) {
      if (line.trim() === '') continue;
      const problem = login.paste(line.trim());
      if (problem === undefined) return;
      terminal.error(`${problem.message}\n${problem.remedy}\n${prompt}`);
    }
  } catch (thrown) {
    // That is how reading is ended.
    if (!signal.aborted) throw thrown;
  }
  if (login.listening !== undefined || signal.aborted) return;
  terminal.error('Standard input ended before an address came that fits.\n');
  login.cancel();
}
