// portico client-filter test: each client with the rules a request matches, fails, or would only be warned about.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Operation } from '../../core/index.ts';
import { CommandFailure } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { type Explained, type Explanation, findExplainer } from './explainer.ts';

interface Options {
  readonly config?: string;
  readonly userAgent?: string;
  readonly header: Readonly<Record<string, string>>;
  readonly path: string;
  readonly data?: string;
  readonly operation?: Operation;
  readonly mode?: string;
  readonly clients?: readonly string[];
  readonly json?: boolean;
}

const help = `
Settings are those of the chain of the configuration; --mode and --clients lay others over them. What routes and keys
lay over the chain is not looked at. The operation is guessed from the path where it is not given.

Exit code: 0 when the request may pass, 2 when it is (or in shadow would be) blocked, 1 when there is a mistake.

Example:
  portico client-filter test --user-agent "our-bot/1.2" --header x-team=red --mode strict
`;

export function clientFilterTestCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('test')
    .description('show which client a request is taken for, and why')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml, else the shipped one)')
    .option('-A, --user-agent <text>', 'the user agent')
    .option('-H, --header <name=value>', 'a header; may be repeated', addHeader, {})
    .option('--path <path>', 'the path', '/v1/messages')
    .option('-d, --data <file>', 'file with the body')
    .option('--operation <name>', 'chat, count-tokens, models, …')
    .option('--mode <mode>', 'off, shadow, simple or strict')
    .option('--clients <names>', 'clients that may pass, with commas', (text) => text.split(','))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const explanation = await explain(terminal, options);
      terminal.out(options.json ? `${JSON.stringify(explanation, null, 2)}\n` : describe(explanation));
      exit(explanation.allowed ? 0 : 2);
    });
}

async function explain(terminal: Terminal, options: Options): Promise<Explanation> {
  const { mode, clients } = options;
  const overrides = { ...(mode === undefined ? {} : { mode }), ...(clients === undefined ? {} : { clients }) };
  const judge = await findExplainer(terminal, options.config, overrides);
  const path = options.path.replace(/\?.*$/s, '');
  const headers =
    options.userAgent === undefined ? options.header : { ...options.header, 'user-agent': options.userAgent };
  const body = options.data === undefined ? undefined : await readBody(resolve(terminal.cwd, options.data));
  const operation = options.operation ?? guessOperation(path);
  return judge({ path, headers, operation, body });
}

function readBody(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new CommandFailure(`The file ${file} cannot be read.`, 'Check the path.');
  });
}

function guessOperation(path: string): Operation {
  if (/count_?tokens$/i.test(path)) return 'count-tokens';
  if (/\/embeddings$|:(batchE|e)mbedContents?$/.test(path)) return 'embeddings';
  return /\/models(\/[^/:]+)?$/.test(path) ? 'models' : 'chat';
}

function addHeader(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const match = /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(text);
  if (match === null) throw new InvalidArgumentError('A header is name=value.');
  return { ...before, [(match[1] ?? '').toLowerCase()]: match[2] ?? '' };
}

function describe({ allowed, client, clients }: Explanation): string {
  const verdict = `${allowed ? 'allowed' : 'blocked'}: ${client ?? 'no client recognised'}`;
  return `${clients.map(describeClient).join('')}\n${verdict}\n`;
}

function describeClient({ name, allowed, matched, failed, warned }: Explained): string {
  const lines = [
    ...matched.map((rule) => `  matched  ${rule}`),
    ...failed.map((rule) => `  failed   ${rule}`),
    ...warned.map((rule) => `  warned   ${rule}`),
  ];
  return `${name}${allowed ? '' : ' (not in clients)'}\n${lines.map((line) => `${line}\n`).join('')}`;
}
