// Tool calls of one choice, told apart although vendors number them in their own ways: no index, one index for all, the id
// on every piece or on none.
import type { Delta, ToolCallPart } from '../../../core/index.ts';
import { asObject, asString, type JsonObject } from '../../json.ts';
import { Members, own } from '../members.ts';
import type { ReadOpaque } from '../message/decode-reasoning.ts';
import { decodeSignature } from '../message/tool-call.ts';
import type { Segment, Segments } from './segments.ts';

interface Call {
  readonly segment: Segment;
  readonly id: string;
}

export class Calls {
  readonly #segments: Segments;
  readonly #read: ReadOpaque;
  readonly #byIndex = new Map<unknown, Call>();
  #last: Call | undefined;

  constructor(segments: Segments, read: ReadOpaque) {
    this.#segments = segments;
    this.#read = read;
  }

  get any(): boolean {
    return this.#last !== undefined;
  }

  read(node: JsonObject | undefined, deltas: Delta[]): void {
    if (node === undefined) return;
    const custom = node.type === 'custom' || asObject(node.custom) !== undefined;
    const inner = asObject(custom ? node.custom : node.function) ?? {};
    const id = asString(node.id) ?? '';
    const name = asString(inner.name) ?? '';
    const found = this.#find(node.index, id, name);
    const call = found ?? this.#open(node, id, name, custom, deltas);
    if (found !== undefined) this.#sign(found, node);
    const text = textOf(custom ? inner.input : inner.arguments);
    if (text !== '') this.#segments.grow(call.segment, text, deltas);
  }

  /** Before `tool_calls` there was one call, without an id. */
  readLegacy({ name, arguments: text }: JsonObject, deltas: Delta[]): void {
    const function_ = { name, arguments: text };
    this.read({ index: 'function_call', function: function_ }, deltas);
  }

  #find(index: unknown, id: string, name: string): Call | undefined {
    const found = index === undefined || index === null ? this.#unnumbered(id, name) : this.#byIndex.get(index);
    // Two ids on one index are two calls: Gemini's OpenAI endpoint numbered all of them 0.
    const another = found !== undefined && id !== '' && found.id !== '' && found.id !== id && name !== '';
    return another ? undefined : found;
  }

  #unnumbered(id: string, name: string): Call | undefined {
    if (id !== '') return [...this.#byIndex.values()].find((call) => call.id === id);
    // Without id and name it goes on with what came before.
    return name === '' ? this.#last : undefined;
  }

  #open(node: JsonObject, id: string, name: string, custom: boolean, deltas: Delta[]): Call {
    const opaque = this.#signature(node);
    const extra = node.index === 'function_call' ? { extra: { dialect: own, form: { legacy: true } } as const } : {};
    const part: ToolCallPart = {
      kind: 'tool-call',
      id,
      name,
      arguments: '',
      ...(custom ? { custom } : {}),
      ...(opaque === undefined ? {} : { opaque }),
      ...extra,
    };
    const call = { segment: this.#segments.add(part, deltas), id };
    this.#byIndex.set(node.index ?? `#${this.#byIndex.size}`, call);
    this.#last = call;
    return call;
  }

  #sign({ segment }: Call, node: JsonObject): void {
    const opaque = this.#signature(node);
    if (opaque !== undefined) segment.opaque = opaque;
  }

  #signature(node: JsonObject) {
    return node.extra_content === undefined ? undefined : decodeSignature(new Members(node), this.#read);
  }
}

/** Text, with some vendors the object. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
