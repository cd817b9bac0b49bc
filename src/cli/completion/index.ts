// portico completion: what a shell needs to complete commands, options and their values. The shell asks `portico completion words`
// each time, so that what it offers is what this version has.
import { Argument, Command } from 'commander';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { type Shell, scriptFor, shells } from './scripts.ts';
import { wordsFor } from './words.ts';

const help = `
Examples:
  source <(portico completion bash)                 # in ~/.bashrc
  source <(portico completion zsh)                  # in ~/.zshrc
  portico completion fish > ~/.config/fish/completions/portico.fish
`;

export function completionCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('completion')
    .description('print what a shell needs to complete commands')
    .addArgument(new Argument('<shell>', 'which shell').choices([...shells, 'words']))
    .argument('[words...]', 'what has been typed, for the shell itself')
    .allowUnknownOption()
    .addHelpText('after', help)
    .action(async (shell: Shell | 'words', words: readonly string[]) => {
      if (shell !== 'words') return terminal.out(scriptFor(shell));
      const found = await wordsFor(terminal, words);
      terminal.out(found.map((word) => `${word}\n`).join(''));
    });
}
