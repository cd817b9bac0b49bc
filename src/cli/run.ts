// Runs one command line and returns its exit code. Everything thrown on the way becomes words here, once.
import { CommanderError } from 'commander';
import picocolors from 'picocolors';
import { unprintableInLine } from '../core/printable.ts';
import { CommandFailure, messageOf } from './failure.ts';
import { makeProgram } from './program.ts';
import type { Terminal } from './terminal.ts';

/** Commands whose code 1 says something of what they were asked: a mistake in the asking is 2, unless it says another. */
const answersByCode: ReadonlySet<string | undefined> = new Set(['explain', 'egress', 'auth']);

/** Exit code: 0 fine, 1 failed; `plan` adds 2 for "there are changes". */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const exit = (value: number) => {
    code = value;
  };
  try {
    const program = await makeProgram(terminal, exit, argv[0]);
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    // Commander has printed its own message (or the help, which is no failure).
    const failed = answersByCode.has(argv[0]) ? 2 : 1;
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : failed;
    terminal.error(describe(thrown, terminal));
    return (thrown instanceof CommandFailure ? thrown.code : undefined) ?? failed;
  }
}

function describe(thrown: unknown, terminal: Terminal): string {
  const { red } = picocolors.createColors(terminal.color);
  const remedy = thrown instanceof CommandFailure ? `${thrown.remedy}\n` : '';
  // Files and accounts are named in it, and vendors quoted.
  const words = `${messageOf(thrown)}\n${remedy}`.replace(unprintableInLine, '?');
  return `${red('error:')} ${words}`;
}
