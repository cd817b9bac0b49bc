// JSON in which texts stand at many places: messages, items, blocks. What only names, counts, refers to or seals something
// is no text; whatever else is a string is one, so that blocks nobody knows yet are looked at too.
import { GatewayError } from 'portico';
import { passedJson } from '../text/json-passage.ts';
import { type Found, passed, type Rules } from '../text/passage.ts';

/** Members that are no text, wherever they stand in a message. */
const noText = new Set([
  'type',
  'role',
  'id',
  'name',
  'model',
  'status',
  'phase',
  'detail',
  'namespace',
  'caller',
  'cache_control',
  'signature',
  'thoughtSignature',
  'thought_signature',
  'encrypted_content',
  'encrypted_index',
  'encrypted_stdout',
  'url',
  'uri',
  'image_url',
  'file_url',
  'fileUri',
  'file_uri',
  'file_data',
  'media_type',
  'mimeType',
  'mime_type',
  'format',
  // Reasoning of earlier answers: vendors sign it, and refuse what was changed.
  'reasoning',
  'reasoning_content',
  'reasoning_details',
]);
const reasoning = new Set(['thinking', 'redacted_thinking', 'reasoning']);
/** What a tool is given or gives back as JSON: there any name may stand for anything. */
const anyJson = new Set(['args', 'response', 'arguments']);

export class TreePass {
  readonly #rules: Rules;
  readonly #found: Found;
  /** Characters that may still be looked into: a text is passed in one go, and everybody else waits. */
  #left: number;

  constructor(rules: Rules, found: Found, most = Number.POSITIVE_INFINITY) {
    this.#rules = rules;
    this.#found = found;
    this.#left = most;
  }

  /** The same value where nothing in it matches. */
  message(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return mapped(value, (each) => this.message(each));
    if (!isObject(value) || isSealed(value)) return value;
    return changedMembers(value, (name, each) => this.#member(value, name, each));
  }

  /** Every string and number, and the names. */
  everything(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'number') return this.#number(value, String(value));
    if (Array.isArray(value)) return mapped(value, (each) => this.everything(each));
    if (!isObject(value)) return value;
    // An integer too large to be one, as it was written.
    if (typeof value.rawJSON === 'string' && Object.isFrozen(value)) return this.#number(value, value.rawJSON);
    const passedOn = changedMembers(value, (_, each) => this.everything(each));
    const names = Object.entries(passedOn).map(([name, each]) => [this.#text(name), each] as const);
    return names.some(([name]) => !Object.hasOwn(passedOn, name)) ? Object.fromEntries(names) : passedOn;
  }

  #member(owner: Node, name: string, value: unknown): unknown {
    if (anyJson.has(name)) return typeof value === 'string' ? this.#json(value) : this.everything(value);
    if (name === 'input' && isObject(value)) return this.everything(value);
    // Plain text as the source of a document; anything else there is base64.
    if (name === 'data') return owner.type === 'text' ? this.message(value) : value;
    if (noText.has(name) || name.endsWith('_id') || name.endsWith('Id')) return value;
    return this.message(value);
  }

  #text(text: string): string {
    return this.#mayLook(text) ? passed(text, this.#rules, this.#found) : text;
  }

  #json(text: string): string {
    return this.#mayLook(text) ? passedJson(text, this.#rules, this.#found) : text;
  }

  /** Where rules only log, what is too much is not looked into; else nobody gets around them by saying more. */
  #mayLook({ length }: string): boolean {
    this.#left -= length;
    if (this.#left >= 0) return true;
    if (this.#rules.redact.length + this.#rules.block.length === 0) return false;
    throw new GatewayError('content-blocked', {
      message: 'A guard stands on this route, and the request holds more text than it looks into.',
    });
  }

  #number(value: unknown, written: string): unknown {
    const told = this.#text(written);
    return told === written ? value : told;
  }
}

type Node = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSealed(node: Node): boolean {
  return node.thought === true || (typeof node.type === 'string' && reasoning.has(node.type));
}

function mapped(values: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const changed = values.map(change);
  return changed.some((value, at) => value !== values[at]) ? changed : values;
}

export function changedMembers(node: Node, change: (name: string, value: unknown) => unknown): Node {
  let copy: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(node)) {
    const changed = change(name, value);
    if (changed === value) continue;
    copy ??= { ...node };
    copy[name] = changed;
  }
  return copy ?? node;
}
