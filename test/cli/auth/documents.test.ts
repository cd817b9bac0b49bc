// docs/logins.md names commands and options that there are, and every way in which a login can come to nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from 'commander';
import { makeProgram } from '../../../src/cli/program.ts';
import { read } from '../../structure/tree.ts';

const page = read('docs/logins.md');
const silent = { cwd: '/', env: {}, color: false, out: () => undefined, error: () => undefined };

/** `portico …` of blocks and of code in the text; what stands for something else in angle brackets is an operand. */
function commandLines(text: string): string[][] {
  const found = text.matchAll(/(?:\bportico|portico\.js) ((?:auth|accounts|config|serve|status|egress)\b[^`\n|)#>]*)/g);
  return [...found].map(([, words = '']) =>
    words
      .replaceAll(/'[^']*'/g, 'quoted')
      .trim()
      .split(/\s+/),
  );
}

function wrongIn(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  for (const word of words) {
    const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    const option = command.options.find(({ long, short }) => long === word || short === word);
    if (child !== undefined) command = child;
    else if (/^-./.test(word) && option === undefined) return `${command.name()} has no ${word}`;
  }
  return command.commands.length > 0 && command.name() !== 'accounts' ? `${words.join(' ')} is no command` : undefined;
}

test('commands and options of the page are there', async () => {
  const program = await makeProgram(silent, () => undefined, undefined);
  const lines = commandLines(page).filter((words) => words.join(' ') !== 'auth');
  assert.ok(lines.length > 40, String(lines.length));
  assert.deepEqual(
    lines.map((words) => wrongIn(program, words)).filter((wrong) => wrong !== undefined),
    [],
  );
});

test('every code of a login that came to nothing stands in the table', () => {
  const [, union = ''] = /LoginProblemCode =([\s\S]*?);\n\n/.exec(read('src/accounts/login/login.ts')) ?? [];
  const codes = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, code]) => code);
  assert.ok(codes.length > 9, codes.join(' '));
  assert.deepEqual(
    codes.filter((code) => !page.includes(`| \`${code}\` |`)),
    [],
  );
});
