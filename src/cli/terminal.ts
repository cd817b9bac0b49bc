// What a command sees of the world: where it was called, and where its words go. Tests give it another one.
import { text } from 'node:stream/consumers';
import picocolors from 'picocolors';
import type { Clock } from '../core/index.ts';
import { printable } from '../core/printable.ts';
import { linesOfInput, onInterrupt, openBrowser } from './person.ts';
import { type Screen, TerminalScreen } from './top/screen.ts';

export interface Terminal {
  /** Directory the command was called in. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether standard output takes colours. */
  readonly color: boolean;
  /** Writes to standard output as it is: give the line feed. */
  out(text: string): void;
  /** Writes to standard error. */
  error(text: string): void;
  /** Shows a passing line on standard error in the place of the last one; undefined takes it away. Absent where nobody looks on. */
  status?(line: string | undefined): void;
  /** Standard input to its end; absent where a person sits at it. */
  input?(): Promise<string>;
  /** Whether a person reads standard output: no secret is printed to one unasked. */
  readonly outIsTerminal?: boolean;
  /** How wide that is. */
  readonly columns?: number;
  /** Lines of standard input as they come, until the signal aborts. */
  lines?(signal: AbortSignal): AsyncIterable<string>;
  /** Has a browser open this. False: there is none. */
  openBrowser?(url: string): Promise<boolean>;
  /** Calls `stop` on Ctrl-C, instead of ending the process; what is returned takes that back. */
  onInterrupt?(stop: () => void): () => void;
  /** The time, for commands that wait; absent: the system's. */
  readonly clock?: Clock;
  /** Takes the whole terminal over; absent where there is none to take. */
  openScreen?(): Screen;
}

/** The terminal of this process. Colours only where a person is looking and NO_COLOR is not set. */
export function processTerminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    cwd: process.cwd(),
    env: process.env,
    color: process.stdout.isTTY === true && picocolors.isColorSupported,
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    columns: stdout.columns,
    lines: linesOfInput,
    openBrowser,
    onInterrupt,
    ...(process.stderr.isTTY ? { status: showStatus } : {}),
    ...(stdin.isTTY ? {} : { input: () => text(stdin) }),
    ...(stdin.isTTY && stdout.isTTY ? { openScreen: () => new TerminalScreen(stdin, stdout) } : {}),
  };
}

/** Carriage return and erase to the end: ECMA-48. A line longer than the terminal would leave its beginning behind. */
function showStatus(line: string | undefined): void {
  const { stderr } = process;
  const fits = line === undefined ? '' : printable(line).slice(0, Math.max(1, (stderr.columns ?? 80) - 1));
  stderr.write(`\r\u001b[K${fits}`);
}
