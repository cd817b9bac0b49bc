// portico auth export: one account as a file, for another Portico or for another tool. The one command that gives secrets out.
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { exportAccount } from '../../accounts/export/export-account.ts';
import { findShape, type NamedShape, shapesOf } from '../../accounts/export/shapes.ts';
import { noVault } from '../../config/credentials/vault/vault.ts';
import { writeFileWhole } from '../../config/history/write-file.ts';
import { CommandFailure, messageOf } from '../failure.ts';
import type { Exit } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { pickKept, pickNamed } from './pick.ts';
import { type Place, type PlaceOptions, readPlace } from './place.ts';
import { type AccountStanding, standingsOf } from './standing.ts';
import { nameOf } from './words.ts';

interface Options extends PlaceOptions {
  readonly account?: string;
  readonly as?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const help = `
Without --as the file is one of Portico's own, settings included. Other shapes are those that the provider's directory knows, by the
word in their "type", by the member everything stands in, or by number; a shape that is not known is answered with a list. Whoever
has a copy of a refresh token may refresh it, and at many vendors that ends the other copy: move accounts, do not share them.

Exit code: 0 written, 1 not, 2 asked or configured wrongly.

Examples:
  portico auth export acme/ada --out ada.json
  portico auth export acme --as tool --out credentials.json
  portico auth export acme | ssh server portico auth import - --provider acme
`;

export function authExportCommand(terminal: Terminal, exit: Exit): Command {
  return new Command('export')
    .description('give out one account as a file')
    .argument('[provider]', 'a provider, or provider/account (default: the only account there is)')
    .option('--account <name>', 'one of its accounts')
    .option('--as <shape>', 'the shape of another tool (default: of Portico)')
    .option('--out <file>', 'write it there, for its owner alone (default: standard output)')
    .option('--force', 'print secrets to a terminal, or write over a file')
    .option('-c, --config <file>', 'the configuration (default: ./gateway.yaml)')
    .option('--json', 'print what was written where as JSON; needs --out')
    .addHelpText('after', help)
    .action(async (named: string | undefined, options: Options) => {
      const place = await readPlace(terminal, options);
      const { provider: name, account } = pickNamed(place, named, options.account);
      const standing = pickKept(standingsOf(place, undefined, Date.now()), name, account);
      const shape = options.as === undefined ? undefined : shapeNamed(place, standing, options.as);
      await checkTarget(terminal, options);
      const item = await itemOf(place, standing, shape);
      exit(await give(terminal, standing, `${JSON.stringify(item, null, 2)}\n`, options, shape));
    });
}

function shapeNamed({ household }: Place, { use }: AccountStanding, wanted: string): NamedShape | undefined {
  if (wanted === 'portico') return undefined;
  const known = shapesOf(household, use);
  const found = findShape(known, wanted);
  if (found !== undefined) return found;
  const names = ['portico', ...known.map(({ name }) => name)].join(', ');
  throw new CommandFailure(`The directory "${use}" knows no shape "${wanted}".`, `Say one of: ${names}.`);
}

/** Before any secret is read. */
async function checkTarget(terminal: Terminal, { out, force = false, json = false }: Options): Promise<void> {
  if (out === undefined && json) {
    throw new CommandFailure('--json says where a file was written.', 'Name one with --out.');
  }
  const there = out === undefined ? undefined : await stat(resolve(terminal.cwd, out)).catch(() => undefined);
  // A file would take the place of a device, for everybody on this host.
  if (there?.isFile() === false) {
    throw new CommandFailure(
      `${out} is no regular file.`,
      'Name another, or leave --out out: it goes to standard output.',
    );
  }
  if (force) return;
  if (out === undefined && terminal.outIsTerminal === true) {
    throw new CommandFailure('This would print secrets to the terminal.', 'Say --out <file>, or --force.');
  }
  if (there !== undefined) {
    throw new CommandFailure(`${out} is there already.`, 'Name another file, or say --force.');
  }
}

async function itemOf(place: Place, standing: AccountStanding, shape: NamedShape | undefined): Promise<unknown> {
  const { provider, account, file = '', index } = standing;
  const { household, logins, result } = place;
  const scopes = logins.find((login) => login.provider === provider)?.scopes ?? [];
  const { accountsVault: vault = noVault } = result;
  const shaped = shape?.shape;
  const options = { provider, account, file, index, household, vault, shape: shaped, scopes, now: Date.now() };
  const exported = await exportAccount(options);
  if ('item' in exported) return exported.item;
  const as = shape === undefined ? '' : ` as "${shape.name}"`;
  throw new CommandFailure(
    `${nameOf(standing)} cannot be given out${as}: ${exported.problem}.`,
    shape === undefined
      ? '`portico check` shows what is wrong with the file.'
      : 'Leave --as out for the shape of Portico.',
    1,
  );
}

async function give(
  terminal: Terminal,
  standing: AccountStanding,
  text: string,
  { out, json }: Options,
  shape: NamedShape | undefined,
): Promise<number> {
  if (out === undefined) {
    terminal.out(text);
    return 0;
  }
  const file = resolve(terminal.cwd, out);
  // A link stays one: /dev/stdout, for one, is for everybody.
  const real = await realpath(file).catch(() => file);
  await writeFileWhole(real, text, 0o600).catch((thrown: unknown) => {
    throw new CommandFailure(`${file} cannot be written: ${messageOf(thrown)}.`, 'Name another place.', 1);
  });
  const { provider, account } = standing;
  const told = { provider, account, file, as: shape?.name ?? 'portico' };
  terminal.out(json ? `${JSON.stringify(told)}\n` : `${nameOf(standing)} is in ${file}, readable by you alone.\n`);
  return 0;
}
