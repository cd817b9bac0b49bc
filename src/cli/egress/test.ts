// portico egress test: walks the outbound proxies of a configuration step by step, with the code that requests take.
import { Command, InvalidArgumentError } from 'commander';
import picocolors from 'picocolors';
import { formatIssues } from '../../config/format.ts';
import { type Probed, probe } from '../../upstream/egress/probe.ts';
import { CommandFailure } from '../failure.ts';
import { locateConfiguration } from '../locate.ts';
import type { Exit } from '../program.ts';
import { withProgress } from '../progress.ts';
import { readConfiguration } from '../read.ts';
import type { Terminal } from '../terminal.ts';
import { remedyFor } from './remedies.ts';
import { type Way, waysOf } from './ways.ts';

interface Options {
  readonly config?: string;
  readonly url?: URL;
  readonly timeout: number;
  readonly json?: boolean;
}

const help = `
Tests each proxy of the file, or the one that is named (\`direct\` stands for none), towards the base URLs of the accounts that
use it: name lookup, connection, the proxy's consent, TLS, and whether the target answers HTTP. No credential of an account is
sent, so the answer may well be a 401 or 404. No gateway needs to run.

Exit code: 0 when every way leads to its targets, 1 when one does not, 2 for wrong usage.

Examples:
  portico egress test
  portico egress test office --url https://api.example.com
  portico egress test --json | jq '.[] | select(.ok | not)'
`;

export function egressTestCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('test')
    .description('find out whether the proxies work, and which step fails')
    .argument('[name]', 'name of the egress, or `direct` (default: all of the file)')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--url <url>', 'ask for this instead', parseUrl)
    .option('--timeout <seconds>', 'for each target', parseSeconds, 10)
    .option('--json', 'print the results as JSON')
    .addHelpText('after', help)
    .action(async (name: string | undefined, options: Options) => {
      exit(await test(terminal, name, options));
    });
}

interface Result {
  readonly egress: string;
  /** Without credentials; null: directly. */
  readonly proxy: string | null;
  readonly target: string;
  readonly ok: boolean;
  readonly steps: Probed['steps'];
  readonly status: number | null;
  readonly failure: { readonly step: string; readonly message: string; readonly remedy: string } | null;
}

async function test(terminal: Terminal, name: string | undefined, options: Options): Promise<number> {
  const ways = await chosen(terminal, name, options);
  const asked = ways.flatMap((way) => {
    const targets = options.url === undefined ? way.targets.map((target) => new URL(target)) : [options.url];
    return targets.map((target) => testOne(way, target, options.timeout * 1000));
  });
  const results = await withProgress(terminal, `trying ${asked.length} ways out`, Promise.all(asked));
  const idle = ways.filter(({ name: way }) => results.every(({ egress }) => egress !== way));
  if (options.json) terminal.out(`${JSON.stringify(results, null, 2)}\n`);
  else {
    for (const result of results) terminal.out(describe(result, terminal.color));
    for (const way of idle) terminal.out(`${way.name}: nothing uses it; name a target with --url\n`);
  }
  return results.every(({ ok }) => ok) ? 0 : 1;
}

async function chosen(terminal: Terminal, name: string | undefined, options: Options): Promise<Way[]> {
  const { config, issues } = await readConfiguration(terminal, locateConfiguration(terminal, options.config));
  if (config === undefined) {
    const text = formatIssues(issues, { color: terminal.color, base: terminal.cwd }).trimEnd();
    throw new CommandFailure(
      `The configuration is not valid:\n${text}`,
      'Mend it first; `portico check` shows the same.',
    );
  }
  const ways = waysOf(config);
  if (name === undefined) {
    const proxies = ways.filter(({ url }) => url !== undefined);
    if (proxies.length > 0) return proxies;
    const remedy = 'Write one under `egress:`, or test `portico egress test direct`.';
    throw new CommandFailure('The configuration has no egress.', remedy);
  }
  if (name === 'direct') return [ways.find((way) => way.name === 'direct') ?? { name, url: undefined, targets: [] }];
  const way = ways.find((each) => each.name === name);
  if (way !== undefined) return [way];
  const names = config.egress.map((egress) => egress.name).join(', ');
  throw new CommandFailure(`There is no egress "${name}".`, `There are: ${names === '' ? 'none' : names}, direct.`);
}

async function testOne({ name, url }: Way, target: URL, limitMs: number): Promise<Result> {
  const { steps, status, failure } = await probe({ egressUrl: url, target, limitMs });
  const proxy = url === undefined ? null : withoutCredentials(new URL(url));
  return {
    egress: name,
    proxy,
    target: withoutCredentials(target),
    ok: failure === undefined,
    steps,
    status: status ?? null,
    failure:
      failure === undefined
        ? null
        : {
            step: failure.step,
            message: failure.error.message,
            remedy: remedyFor(failure.step, failure.error, url !== undefined),
          },
  };
}

function withoutCredentials({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function describe({ egress, proxy, target, steps, status, failure }: Result, color: boolean): string {
  const { green, red, dim } = picocolors.createColors(color);
  const way = proxy === null ? egress : `${egress} (${proxy})`;
  const walked = steps.map(({ step, ms }) => `${step} ${ms} ms`).join(', ');
  if (failure === null) return `${green('ok')}    ${way} -> ${target}: HTTP ${status}  ${dim(walked)}\n`;
  const before = walked === '' ? '' : `${dim(`after ${walked}`)}\n      `;
  return `${red('FAIL')}  ${way} -> ${target}: ${failure.step}: ${failure.message}\n      ${before}${failure.remedy}\n`;
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError('It is not a URL that starts with http:// or https://.');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError('It is not a number of seconds.');
}
