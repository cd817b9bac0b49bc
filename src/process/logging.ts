// All log lines of the process end here, in the control thread: filtered, redacted, formatted, and handed to the outputs
// of the configuration. A reload keeps outputs that have not changed and closes the others once their lines are out.
import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig, LogOutput } from '../config/loaded.ts';
import { LogTail } from '../control/logs/tail.ts';
import type { Clock, Fields, Level } from '../core/index.ts';
import type { Line } from '../gateway/outbox.ts';
import { formatLine } from './logging/format.ts';
import { Redactor } from './logging/redact.ts';
import { Sink } from './logging/sink.ts';

export interface LoggingOptions {
  readonly clock: Clock;
  stdout(text: string): void;
}

const ranks: Readonly<Record<Level, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

/** Until a configuration says otherwise. */
const consoleOutput: LogOutput = {
  to: 'console',
  format: 'text',
  kinds: ['requests', 'operations'],
  path: undefined,
  maxSize: 0,
  maxFiles: 1,
  compress: false,
};

export class Logging {
  readonly #options: LoggingOptions;
  readonly redactor = new Redactor();
  /** The newest lines, for whoever asks. */
  readonly tail = new LogTail((line, format) => this.redactor.clean(formatLine(line, format) ?? ''));
  #level: Level = 'info';
  #sinks: readonly Sink[];
  #closing: Promise<unknown> = Promise.resolve();

  constructor(options: LoggingOptions) {
    this.#options = options;
    this.#sinks = [this.#open(consoleOutput)];
  }

  configure(logging: LoadedConfig['logging']): void {
    const before = [...this.#sinks];
    this.#level = logging.level;
    this.#sinks = logging.outputs.map((output) => {
      const kept = before.findIndex((sink) => isDeepStrictEqual(sink.output, output));
      return before.splice(kept, kept < 0 ? 0 : 1)[0] ?? this.#open(output);
    });
    this.#closing = Promise.all([this.#closing, ...before.map((sink) => sink.close())]);
  }

  /** Lines that came together leave together: one write per output, however many there are. */
  write(...lines: readonly Line[]): void {
    for (const line of lines) this.#add(line);
    for (const sink of this.#sinks) sink.flush();
  }

  #add(line: Line): void {
    if (ranks[line.level] > ranks[this.#level]) return;
    this.tail.push(line);
    const kind = line.record === undefined ? 'operations' : 'requests';
    for (const sink of this.#sinks) {
      if (!sink.output.kinds.includes(kind)) continue;
      const text = formatLine(line, sink.output.format);
      if (text !== undefined) sink.add(this.redactor.clean(text));
    }
  }

  /** A line of the control thread's own. */
  say(level: Level, source: string, message: string, fields?: Fields): void {
    this.write({ time: this.#options.clock.now(), level, source, message, fields, record: undefined });
  }

  status(): { readonly output: string; readonly error: string | undefined }[] {
    return this.#sinks.map((sink) => ({ output: sink.name, error: sink.error }));
  }

  /** Resolves when every line has left. */
  async close(): Promise<void> {
    await Promise.all([this.#closing, ...this.#sinks.map((sink) => sink.close())]);
  }

  #open(output: LogOutput): Sink {
    const { clock, stdout } = this.#options;
    return new Sink({ output, clock, stdout, onState: (sink, error, dropped) => this.#told(sink, error, dropped) });
  }

  /** Said a turn later: the sinks may be about to be exchanged. */
  #told(sink: Sink, error: string | undefined, dropped: number): void {
    setImmediate(() => {
      if (error === undefined) this.say('info', 'logging', `${sink.name} can be written again`, { dropped });
      else this.say('error', 'logging', `${sink.name} cannot be written, its lines are dropped: ${error}`);
    });
  }
}
