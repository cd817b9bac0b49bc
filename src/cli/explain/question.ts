// The request that is asked about, from the words of the command line.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

export interface Options {
  readonly data?: string;
  readonly key?: string;
  readonly path: string;
  readonly method?: string;
  readonly header: Readonly<Record<string, string>>;
  readonly listener?: string;
  readonly ip: string;
  readonly body: boolean;
  readonly state?: string;
  readonly json?: boolean;
}

/** As POST /explain takes it. */
export type Wish = Readonly<Record<string, unknown>>;

export async function questionFrom(terminal: Terminal, options: Options): Promise<Wish> {
  const { path, ip, header: headers, key, method, listener, data } = options;
  if (!path.startsWith('/')) throw new CommandFailure(`${path} is no path.`, 'Begin it with a slash.');
  const body = data === undefined ? undefined : await readData(terminal, data);
  return { path, ip, headers, key, method, listener, body };
}

export function addHeader(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const match = /^([^:\s]+)\s*:\s*(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError("A header is 'name: value'.");
  return { ...before, [(match[1] ?? '').toLowerCase()]: match[2] ?? '' };
}

async function readData(terminal: Terminal, data: string): Promise<string> {
  if (data === '-') {
    const text = await terminal.input?.();
    if (text === undefined) throw new CommandFailure('There is no body.', 'Send it to standard input: < request.json');
    return text;
  }
  if (/^\s*[[{]/.test(data)) return data;
  const file = resolve(terminal.cwd, data.replace(/^@/, ''));
  return readFile(file, 'utf8').catch(() => {
    throw new CommandFailure(
      `The file ${data.replace(/^@/, '')} cannot be read.`,
      'Check the path, or give the JSON itself.',
    );
  });
}
