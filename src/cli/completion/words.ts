// What may follow a line that has been typed so far: commands, options, and the values an option or argument chooses from.
import type { Argument, Command, Option } from 'commander';
import { makeProgram } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { namesFor } from './names.ts';

/** `typed`: the words behind `portico`; the last is the one being typed, empty where it has not begun. */
export async function wordsFor(terminal: Terminal, typed: readonly string[]): Promise<string[]> {
  const done = typed.slice(0, -1);
  const current = typed.at(-1) ?? '';
  const { command, operands, waiting } = follow(await makeProgram(terminal, () => undefined, undefined), done);
  const offered = waiting === undefined ? nextOf(command, operands, current) : (waiting.argChoices ?? []);
  const value = valueAt({ command, operands, waiting }, current);
  const named = offered.length > 0 ? [] : await namesFor(terminal, command, { value, done });
  return [...offered, ...named].filter((word) => word.startsWith(current)).sort();
}

interface Place {
  readonly command: Command;
  /** Arguments that have been given. */
  readonly operands: number;
  /** An option that waits for its value. */
  readonly waiting: Option | undefined;
}

function follow(program: Command, done: readonly string[]): Place {
  let command = program;
  let operands = 0;
  let waiting: Option | undefined;
  for (const word of done) {
    if (waiting !== undefined) {
      waiting = undefined;
      continue;
    }
    const option = command.options.find(({ long, short }) => word === long || word === short);
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (option !== undefined) waiting = option.required ? option : undefined;
    else if (child !== undefined && operands === 0) command = child;
    else if (!word.startsWith('-')) operands += 1;
  }
  return { command, operands, waiting };
}

/** The option or argument that what is being typed is the value of. */
function valueAt({ command, operands, waiting }: Place, current: string): string | undefined {
  if (waiting !== undefined) return waiting.long ?? undefined;
  return current.startsWith('-') ? undefined : command.registeredArguments[operands]?.name();
}

function nextOf(command: Command, operands: number, current: string): readonly string[] {
  const options = [
    ...command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long])),
    '--help',
  ];
  if (current.startsWith('-')) return options;
  if (command.commands.length > 0 && operands === 0) return command.commands.map((one) => one.name());
  const argument: Argument | undefined = command.registeredArguments[operands];
  return argument?.argChoices ?? [];
}
