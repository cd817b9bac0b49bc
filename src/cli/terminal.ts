// What a command sees of the world: where it was called, and where its words go. Tests give it another one.
import { text } from 'node:stream/consumers';
import picocolors from 'picocolors';
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
  /** Standard input to its end; absent where a person sits at it. */
  input?(): Promise<string>;
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
    ...(stdin.isTTY ? {} : { input: () => text(stdin) }),
    ...(stdin.isTTY && stdout.isTTY ? { openScreen: () => new TerminalScreen(stdin, stdout) } : {}),
  };
}
