// Runs command lines as a user would type them, in a directory of their own, and keeps what was said.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { run } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

export interface Desk {
  readonly directory: string;
  readonly state: string;
  /** Runs `portico <words>`. */
  type(...words: string[]): Promise<Said>;
  /** The same with something on standard input. */
  pipe(input: string, ...words: string[]): Promise<Said>;
  /** Runs `portico <words>` while `read` is given what it prints, as it does. */
  watch(read: (out: string) => void, ...words: string[]): Promise<Said>;
  write(path: string, text: string): Promise<string>;
}

/** A fresh directory, gone after the test. `more`: what else there is at the terminal. */
export async function sitDown(
  t: TestContext,
  env: NodeJS.ProcessEnv = {},
  more: Partial<Terminal> = {},
): Promise<Desk> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-cli-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const say = async (words: readonly string[], input?: string, read?: (out: string) => void): Promise<Said> => {
    const said = { out: '', error: '' };
    const terminal = {
      cwd: directory,
      env,
      color: false,
      out(text: string) {
        said.out += text;
        read?.(text);
      },
      error(text: string) {
        said.error += text;
      },
      ...(input === undefined ? {} : { input: async () => input }),
      ...more,
    };
    const code = await run(words, terminal);
    return { code, ...said };
  };
  return {
    directory,
    state: join(directory, '.portico'),
    type: (...words) => say(words),
    pipe: (input, ...words) => say(words, input),
    watch: (read, ...words) => say(words, undefined, read),
    async write(path, text) {
      const file = join(directory, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
  };
}

/** The smallest file that serves something. */
export const smallest = 'version: 1\nproviders:\n  - name: mock\n';
