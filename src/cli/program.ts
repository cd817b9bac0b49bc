// The list of commands, in the order the help shows them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { checkCommand } from './check.ts';
import { clientFilterCommand } from './client-filter/index.ts';
import { historyCommand } from './history.ts';
import { keysCommand } from './keys/index.ts';
import { packageRoot } from './locate.ts';
import { logsCommand } from './logs/index.ts';
import { planCommand } from './plan.ts';
import { pluginsCommand } from './plugins/index.ts';
import { portsCommand } from './ports.ts';
import { providersCommand } from './providers/index.ts';
import { rollbackCommand } from './rollback.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import type { Terminal } from './terminal.ts';
import { topCommand } from './top/index.ts';

/** Called by a command that ends with another code than 0. */
export type Exit = (code: number) => void;

const commands = [
  serveCommand,
  checkCommand,
  planCommand,
  historyCommand,
  rollbackCommand,
  statusCommand,
  topCommand,
  logsCommand,
  portsCommand,
  pluginsCommand,
  providersCommand,
  keysCommand,
  clientFilterCommand,
];

const examples = `
Examples:
  portico serve                          serve ./gateway.yaml (or the shipped one) on 127.0.0.1:8317
  portico check                          find every mistake in ./gateway.yaml, with line and column
  portico plan                           see what saving it would change
  portico keys new ci                    make a client key
  portico plugins new greeting           start a plugin of your own

A running gateway reads its file by itself: save it, and within a second new requests use it.
`;

export function makeProgram(terminal: Terminal, exit: Exit): Command {
  const program = new Command('portico')
    .description('A gateway for AI APIs: one YAML file, drop-in providers and plugins, four dialects.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', examples);
  for (const command of commands) program.addCommand(command(terminal, exit));
  speakThrough(program, terminal);
  return program;
}

/** Commander passes its settings on only to commands made with `.command()`; ours are built apart. */
function speakThrough(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .showHelpAfterError('(add --help for examples)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error });
  for (const child of command.commands) speakThrough(child, terminal);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
