// Finds the plugin's own judgement: the command tests the very code, settings and presets that the gateway would run,
// those of a directory beside the configuration included.
import { loadCode } from '../../config/load-code.ts';
import { settle } from '../../config/normalise/settings.ts';
import type { Operation } from '../../core/index.ts';
import { findDirectories } from '../directories.ts';
import { CommandFailure } from '../failure.ts';
import { locateConfiguration } from '../locate.ts';
import { readConfiguration } from '../read.ts';
import type { Terminal } from '../terminal.ts';

const plugin = 'client-filter';
const loadLimitMs = 5000;

export interface Sample {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly operation: Operation;
  readonly body: string | undefined;
}

export interface Explanation {
  readonly allowed: boolean;
  readonly client: string | undefined;
  readonly clients: readonly Explained[];
}

export interface Explained {
  readonly name: string;
  readonly allowed: boolean;
  readonly matched: readonly string[];
  readonly failed: readonly string[];
  readonly warned: readonly string[];
}

type Explain = (settings: Readonly<Record<string, unknown>>, sample: Sample) => Promise<Explanation>;

/** The settings of the configuration's chain with `overrides` over them, and the code to judge by. */
export async function findExplainer(
  terminal: Terminal,
  file: string | undefined,
  overrides: Readonly<Record<string, unknown>>,
): Promise<(sample: Sample) => Promise<Explanation>> {
  const definitions = await findDirectories(terminal, 'plugins', file);
  const definition = definitions.find(({ directory }) => directory.name === plugin);
  if (definition?.schema === undefined)
    throw new CommandFailure(`There is no plugin ${plugin}.`, 'See `plugins list`.');
  const { config } = await readConfiguration(terminal, locateConfiguration(terminal, file, true));
  const entry = config?.plugins.find(({ directory }) => directory.name === plugin);
  const written = { ...entry?.settings, ...overrides };
  if (definition.validate?.(written) === false) {
    throw new CommandFailure('The settings are not valid.', 'Modes are off, shadow, simple and strict.');
  }
  const settings = settle(definition.schema, written);
  const explain = explainOf(await loadCode(definition.directory, loadLimitMs));
  return (sample) => explain(settings, sample);
}

function explainOf(code: unknown): Explain {
  if (typeof code === 'function' && 'tryOn' in code && typeof code.tryOn === 'function') {
    return code.tryOn as Explain;
  }
  throw new CommandFailure(`This ${plugin} cannot explain itself.`, 'Its default export needs a function `tryOn`.');
}
