// The terminal as a picture that is exchanged line by line: only what has changed is written, so nothing flickers. What
// the terminal showed before comes back however the process ends.
import type { ReadStream, WriteStream } from 'node:tty';

/** The other screen, no cursor, nothing beyond the right edge goes on in the next line. */
const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Terminals that know it show the whole update at once; the others ignore it. */
const beginUpdate = '\u001b[?2026h';
const endUpdate = '\u001b[?2026l';

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  show(lines: readonly string[]): void;
  onKey(react: (key: string) => void): void;
  onResize(react: () => void): void;
  close(): void;
}

export class TerminalScreen implements Screen {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #restore = () => this.close();
  readonly #terminated = () => {
    this.close();
    process.exit(143);
  };
  #shown: readonly string[] = [];
  #open = true;

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
    input.setRawMode(true);
    input.resume();
    output.write(enter);
    process.once('exit', this.#restore);
    process.once('SIGTERM', this.#terminated);
    process.once('SIGHUP', this.#terminated);
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  show(lines: readonly string[]): void {
    const changed = lines.flatMap((line, index) =>
      line === this.#shown[index] ? [] : [`\u001b[${index + 1};1H${line}\u001b[K`],
    );
    this.#shown = lines;
    if (changed.length > 0) this.#output.write(`${beginUpdate}${changed.join('')}${endUpdate}`);
  }

  onKey(react: (key: string) => void): void {
    this.#input.setEncoding('utf8').on('data', (keys) => {
      for (const key of String(keys)) react(key);
    });
  }

  onResize(react: () => void): void {
    this.#output.on('resize', () => {
      this.#shown = [];
      this.#output.write('\u001b[2J');
      react();
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#restore);
    process.off('SIGTERM', this.#terminated);
    process.off('SIGHUP', this.#terminated);
    this.#input.setRawMode(false);
    this.#input.pause();
    this.#output.write(leave);
  }
}
