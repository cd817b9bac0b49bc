// portico serve: the gateway itself. Returns when it has started; the open listeners keep the process alive.
import { flushCompileCache } from 'node:module';
import { Command, InvalidArgumentError } from 'commander';
import { readPort } from '../config/read/port.ts';
import { systemClock } from '../core/index.ts';
import { locateConfiguration, locateState, packageRoot } from './locate.ts';
import type { Exit } from './program.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly state?: string;
}

const help = `
Saving the file (or anything in plugins/ and providers/ beside it) is all it takes to change a running gateway.

An option comes before its environment variable (PORTICO_CONFIG, PORTICO_HOST, PORTICO_PORT, PORTICO_STATE), that before
the file. PORTICO_CONTROL_PORT moves the control listener.

Examples:
  portico serve                                  ./gateway.yaml, or the shipped one where there is none
  portico serve --config prod.yaml --port 9000
  PORTICO_STATE=/var/lib/portico portico serve --config /etc/portico/gateway.yaml
  PORTICO_PORT=9000 PORTICO_CONTROL_PORT=9001 portico serve   a second one beside it (with a state directory of its own)
`;

export function serveCommand(terminal: Terminal, _exit: Exit): Command {
  return new Command('serve')
    .description('serve a configuration')
    .option('-c, --config <file>', 'the configuration (default: PORTICO_CONFIG, ./gateway.yaml, or the shipped one)')
    .option('--host <address>', 'bind the first listener here instead (default: PORTICO_HOST, or as the file says)')
    .option(
      '--port <number>',
      'bind the first listener to this port instead, 0 for any free one (default: PORTICO_PORT, or as the file says)',
      parsePort,
    )
    .option('--state <directory>', 'where the gateway keeps its state (default: PORTICO_STATE or ./.portico)')
    .addHelpText('after', help)
    .action(async (options: Options) => {
      const file = locateConfiguration(terminal, options.config, true);
      const stateDirectory = locateState(terminal, options.state);
      const { serve } = await import('../process/serve.ts');
      await serve({
        file,
        stateDirectory,
        overrides: {
          ...(options.host === undefined ? {} : { host: options.host }),
          ...(options.port === undefined ? {} : { port: options.port }),
        },
        env: terminal.env,
        clock: systemClock,
        builtin: packageRoot,
        stdout: terminal.out,
        stderr: terminal.error,
        signals: true,
      });
      // What bin/compiled-code.js keeps, kept now: a gateway may run for months, or be killed.
      flushCompileCache();
    });
}

function parsePort(text: string): number {
  const port = readPort(text);
  if (port !== undefined) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
