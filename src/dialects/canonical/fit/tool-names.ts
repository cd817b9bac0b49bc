// Names of tools that a dialect refuses (too long, illegal letters, namespaces) go out under others: always the same for
// the same tool, so that prompt caches hold.
import { hash } from 'node:crypto';
import type { Tool, ToolChoice, Traits } from '../../../core/index.ts';
import type { ClientTool, Undo } from './fit.ts';

const hashLetters = 8;

export class ToolNames {
  readonly #traits: Traits;
  /** `namespace\0name` -> the name sent. */
  readonly #sent = new Map<string, string>();
  readonly #undo = new Map<string, ClientTool>();
  /** Names sent, each with the tool it stands for. */
  readonly #taken = new Map<string, string>();
  readonly #custom: ReadonlySet<string>;
  readonly #known: ReadonlySet<string>;

  constructor(traits: Traits, tools: readonly Tool[]) {
    this.#traits = traits;
    this.#custom = new Set(tools.filter((tool) => tool.kind === 'custom').map((tool) => keyOf(tool)));
    this.#known = new Set(tools.filter((tool) => tool.kind === 'function').map((tool) => keyOf(tool)));
  }

  get undo(): Undo {
    return this.#undo;
  }

  /** The name to send for a tool of the client's. */
  of(name: string, namespace: string | undefined, custom = this.#custom.has(keyOf({ name, namespace }))): string {
    const key = keyOf({ name, namespace });
    const found = this.#sent.get(key);
    if (found !== undefined) return found;
    const flat = namespace === undefined || this.#traits.namespaces ? name : `${namespace}__${name}`;
    const sent = this.#free(this.#legal(flat), key);
    this.#sent.set(key, sent);
    this.#taken.set(this.#slot(sent, namespace), key);
    const asFunction = custom && !this.#traits.customTools;
    const flattened = namespace !== undefined && !this.#traits.namespaces;
    if (sent !== name || asFunction || flattened) this.#undo.set(sent, { name, namespace, custom: asFunction });
    return sent;
  }

  inChoice(choice: ToolChoice): ToolChoice {
    if (choice.mode === 'allowed') return { ...choice, names: choice.names.map((name) => this.of(name, undefined)) };
    if (choice.mode !== 'tool') return choice;
    const { namespace, ...rest } = choice;
    const kept = this.#traits.namespaces && namespace !== undefined ? { namespace } : {};
    return { ...rest, ...kept, name: this.of(choice.name, namespace) };
  }

  #legal(name: string): string {
    const { pattern, longest } = this.#traits.toolName;
    if (name.length <= longest && pattern.test(name)) return name;
    const letters = [...name].map((letter) => (pattern.test(letter) ? letter : '_')).join('');
    return `${letters.slice(0, longest - hashLetters - 1)}_${hashOf(name)}`;
  }

  /** Two tools must not come to share a name: the one the client itself calls so has the first right to it. */
  #free(name: string, key: string): string {
    const owner = this.#taken.get(name) ?? (this.#known.has(keyOf({ name })) ? keyOf({ name }) : key);
    if (owner === key) return name;
    return `${name.slice(0, this.#traits.toolName.longest - hashLetters - 1)}_${hashOf(key)}`;
  }

  /** Where namespaces are sent, the same name may stand in several. */
  #slot(name: string, namespace: string | undefined): string {
    return namespace !== undefined && this.#traits.namespaces ? keyOf({ name, namespace }) : name;
  }
}

function keyOf({ name, namespace }: { readonly name?: string; readonly namespace?: string | undefined }): string {
  return namespace === undefined ? (name ?? '') : `${namespace}\0${name}`;
}

function hashOf(text: string): string {
  return hash('sha256', text).slice(0, hashLetters);
}
