// The list of commands, in the order the help shows them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from './locate.ts';
import { reflow } from './reflow.ts';
import type { Terminal } from './terminal.ts';

/** Called by a command that ends with another code than 0. */
export type Exit = (code: number) => void;

type Make = (terminal: Terminal, exit: Exit) => Command;

/** Each is read when it is asked for: a gateway that serves has no use for the code of the others. */
const commands: Readonly<Record<string, () => Promise<Make>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  config: async () => (await import('./config/index.ts')).configCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  history: async () => (await import('./history.ts')).historyCommand,
  rollback: async () => (await import('./rollback.ts')).rollbackCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  auth: async () => (await import('./auth/index.ts')).authCommand,
  accounts: async () => (await import('./accounts/index.ts')).accountsCommand,
  top: async () => (await import('./top/index.ts')).topCommand,
  logs: async () => (await import('./logs/index.ts')).logsCommand,
  ports: async () => (await import('./ports.ts')).portsCommand,
  plugins: async () => (await import('./plugins/index.ts')).pluginsCommand,
  providers: async () => (await import('./providers/index.ts')).providersCommand,
  keys: async () => (await import('./keys/index.ts')).keysCommand,
  egress: async () => (await import('./egress/index.ts')).egressCommand,
  explain: async () => (await import('./explain/index.ts')).explainCommand,
  translate: async () => (await import('./translate.ts')).translateCommand,
  import: async () => (await import('./import.ts')).importCommand,
  completion: async () => (await import('./completion/index.ts')).completionCommand,
  'client-filter': async () => (await import('./client-filter/index.ts')).clientFilterCommand,
};

const examples = `
Examples:
  portico serve                          serve ./gateway.yaml (or the shipped one) on 127.0.0.1:8317
  portico check                          find every mistake in ./gateway.yaml, with line and column
  portico plan                           see what saving it would change
  portico keys new ci                    make a client key
  portico auth login acme                sign an account in
  portico plugins new greeting           start a plugin of your own

A running gateway reads its file by itself: save it, and within a second new requests use it.
`;

/** The program with the command that `named` names, or with all where it names none (the help shows them). */
export async function makeProgram(terminal: Terminal, exit: Exit, named: string | undefined): Promise<Command> {
  const program = new Command('portico')
    .description('A gateway for AI APIs: one YAML file, drop-in providers and plugins, four dialects.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', examples);
  const one = Object.hasOwn(commands, named ?? '') ? commands[named ?? ''] : undefined;
  const wanted = one === undefined ? Object.values(commands) : [one];
  for (const make of await Promise.all(wanted.map((load) => load()))) program.addCommand(make(terminal, exit));
  speakThrough(program, terminal);
  return program;
}

/** Commander passes its settings on only to commands made with `.command()`; ours are built apart. */
function speakThrough(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .showHelpAfterError('(add --help for examples)')
    .configureOutput({ writeOut: (text) => terminal.out(reflow(text, terminal.columns)), writeErr: terminal.error });
  for (const child of command.commands) speakThrough(child, terminal);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
