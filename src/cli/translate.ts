// portico translate: what a request would become in another dialect, or an answer on its way back. Calls nobody.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type DialectName, GatewayError, type JsonObject } from '../core/index.ts';
import { parseExact } from '../dialects/canonical/numbers.ts';
import { dialectNames } from '../dialects/index.ts';
import { asObject } from '../dialects/json.ts';
import { type PreviewedOperation, previewed, previewRequest, type RequestWish } from '../gateway/translate/preview.ts';
import { previewAnswer } from '../gateway/translate/preview-answer.ts';
import { findDirectories } from './directories.ts';
import { CommandFailure } from './failure.ts';
import type { Exit } from './program.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly from: DialectName;
  readonly to: DialectName;
  readonly operation: PreviewedOperation;
  readonly model?: string;
  readonly provider?: string;
  readonly stream?: boolean;
  readonly answer?: boolean;
  readonly status: number;
  readonly request?: string;
  readonly json?: boolean;
}

const help = `
Prints the body the upstream would be sent, and on standard error what it would not be told. With --answer the other way
round: an answer of the upstream's (JSON; with --stream its events) as the client would be told it.

Exit code: 0 translated, 1 it cannot be (the error is the one a client would get).

Examples:
  portico translate --from openai-chat --to anthropic-messages < request.json
  portico translate --from openai-chat --to openai-responses --provider acme request.json
  portico translate --from anthropic-messages --to openai-chat --answer --request request.json answer.json
  portico translate --from openai-responses --to openai-chat --answer --stream < events.txt
  portico translate --from anthropic-messages --to openai-chat --answer --status 429 < error.json
`;

export function translateCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('translate')
    .description('show what a request, or an answer to it, becomes in another dialect')
    .argument('[file]', 'the body (default: standard input)')
    .addOption(new Option('--from <dialect>', "the client's dialect").choices(dialectNames).makeOptionMandatory())
    .addOption(new Option('--to <dialect>', "the upstream's dialect").choices(dialectNames).makeOptionMandatory())
    .addOption(new Option('--operation <name>', 'what is asked for').choices(previewed).default('chat'))
    .option('--model <name>', "the model as the upstream knows it (default: the client's name for it)")
    .option('--provider <directory>', 'as this provider directory takes it (default: as most vendors do)')
    .option('--stream', 'as a stream')
    .option('--answer', "translate an answer of the upstream's back")
    .option('--status <code>', 'with --answer: the HTTP status it came with', readStatus, 200)
    .option('--request <file>', 'with --answer: what the client had asked')
    .option('--json', 'print the result with its path and what is dropped as JSON')
    .addHelpText('after', help)
    .action(async (file: string | undefined, options: Options) => {
      const text = await readInput(terminal, file);
      try {
        if (options.answer === true) await translateBack(terminal, options, text);
        else await translateThere(terminal, options, text);
        exit(0);
      } catch (thrown) {
        throw thrown instanceof GatewayError ? refusal(thrown) : thrown;
      }
    });
}

async function translateThere(terminal: Terminal, options: Options, text: string): Promise<void> {
  const { from, to, operation, model, stream, json = false } = options;
  const provider = await providerOf(terminal, options);
  const preview = previewRequest({ from, to, operation, model, stream, body: objectIn(text), provider });
  if (json) return terminal.out(`${JSON.stringify(preview, null, 2)}\n`);
  terminal.error(`POST ${preview.path}\n`);
  for (const name of preview.dropped) terminal.error(`not told: ${name}\n`);
  terminal.out(`${JSON.stringify(preview.body, null, 2)}\n`);
}

async function translateBack(terminal: Terminal, options: Options, text: string): Promise<void> {
  const { from, to, operation, model, stream = false, status, json = false } = options;
  const provider = await providerOf(terminal, options);
  const origin = provider && `${to}/${provider.name}`;
  const request = options.request === undefined ? undefined : objectIn(await readText(terminal, options.request));
  const preview = previewAnswer({ from, to, operation, text, stream, status, request, model, origin });
  if (json) return terminal.out(`${JSON.stringify(preview, null, 2)}\n`);
  if (preview.status >= 400) terminal.error(`status: ${preview.status}\n`);
  for (const name of preview.lost) terminal.error(`not told: ${name}\n`);
  const { body } = preview;
  terminal.out(typeof body === 'string' ? body : `${JSON.stringify(body, null, 2)}\n`);
}

/** The directory as which the upstream is to be taken. */
async function providerOf(terminal: Terminal, { provider: name, to }: Options): Promise<RequestWish['provider']> {
  if (name === undefined) return undefined;
  const all = await findDirectories(terminal, 'providers', undefined);
  const manifest = all.find(({ directory }) => directory.name === name)?.manifest;
  if (manifest?.dialects[to] !== undefined) return { name, manifest };
  const what = manifest === undefined ? 'There is no provider directory' : `The dialect ${to} is not spoken by`;
  throw new CommandFailure(`${what} ${name}.`, '`portico providers list` shows what there is.');
}

function objectIn(text: string): JsonObject {
  const body = asObject(parseExact(text));
  if (body === undefined) throw new CommandFailure('The body is not a JSON object.', 'Check it with `jq .`.');
  return body;
}

async function readInput(terminal: Terminal, file: string | undefined): Promise<string> {
  if (file !== undefined && file !== '-') return readText(terminal, file);
  const text = await terminal.input?.();
  if (text !== undefined) return text;
  throw new CommandFailure('There is no body.', 'Name a file, or send it to standard input: < request.json');
}

function readText(terminal: Terminal, file: string): Promise<string> {
  return readFile(resolve(terminal.cwd, file), 'utf8').catch(() => {
    throw new CommandFailure(`The file ${file} cannot be read.`, 'Check the path.');
  });
}

function readStatus(text: string): number {
  const status = Number(text);
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new InvalidArgumentError('A status is a number from 200 to 599.');
}

function refusal({ status, code, message, param }: GatewayError): CommandFailure {
  const at = param === undefined ? '' : `, at ${param}`;
  return new CommandFailure(message, `A client would be told so with status ${status} (${code}${at}).`);
}
