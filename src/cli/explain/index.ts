// portico explain: what would become of a request, told by the running gateway without calling anybody.
import { Command } from 'commander';
import { requireRunning } from '../control.ts';
import { locateState } from '../locate.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { printExplanation } from './print.ts';
import { addHeader, type Options, questionFrom } from './question.ts';

const help = `
Shows, in the order of a request's way: route, key, what each plugin would do, what the model's name leads to, the accounts
in the order in which they would be tried and why one is passed over, limits with what is left, and the request the
upstream would be sent, with stars in the place of credentials. Nobody is called and nothing is counted.

The body is a file, - for standard input, or the JSON itself.

Exit code: 0 it would be sent or answered, 1 it would be refused, 2 it cannot be told.

Examples:
  portico explain -d request.json --key ci
  portico explain -d '{"model": "fast", "messages": [{"role": "user", "content": "hi"}]}' --key ci --no-body
  portico explain --path /v1/messages -H 'x-session-id: s-1' -d - --key ci --json < request.json
`;

export function explainCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('explain')
    .description('show what would become of a request, and why')
    .option('-d, --data <body>', 'the body: a file (also @file), - for standard input, or JSON')
    .option('-k, --key <name>', 'the client key it carries, by its name')
    .option('--path <path>', 'path and query', '/v1/chat/completions')
    .option('-X, --method <method>', 'the method (default: POST with a body, else GET)')
    .option('-H, --header <name: value>', 'a header; may be repeated', addHeader, {})
    .option('--listener <name>', 'where it comes in (default: the first listener)')
    .option('--ip <address>', "the client's address", '127.0.0.1')
    .option('--no-body', 'do not print the body that the upstream would be sent')
    .option('--state <directory>', 'state directory of the gateway (default: PORTICO_STATE or ./.portico)')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const question = await questionFrom(terminal, options);
      const running = await requireRunning(locateState(terminal, options.state));
      const told = await running.explain(question);
      const { upstream } = told;
      const shown =
        options.body || upstream === undefined ? told : { ...told, upstream: { ...upstream, body: undefined } };
      terminal.out(
        options.json ? `${JSON.stringify(shown, null, 2)}\n` : printExplanation(shown, terminal.color, options.key),
      );
      exit(told.verdict.outcome === 'refused' ? 1 : 0);
    });
}
