// A call whose arguments come in pieces (`streamFunctionCallArguments`, on the vendor's other platform only): each piece
// names its place by a JSON path (RFC 9535, `$.list[0].name`) and may be a part of a string. It is told when it is whole.
import type { JsonObject, Opaque, ToolCallPart } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';

type Node = Record<string, unknown>;

/** Deeper than any arguments: what writes them as JSON takes no end of depth. */
const deepest = 100;

export class PartialCall {
  #id = '';
  #name = '';
  #opaque: Opaque | undefined;
  readonly #args: Node = {};

  static isOne(call: JsonObject): boolean {
    return call.partialArgs !== undefined || call.willContinue === true;
  }

  /** Whether more is to come. */
  add(call: JsonObject, opaque: Opaque | undefined): boolean {
    if (typeof call.id === 'string') this.#id = call.id;
    if (typeof call.name === 'string') this.#name = call.name;
    this.#opaque ??= opaque;
    Object.assign(this.#args, asObject(call.args));
    for (const piece of asArray(call.partialArgs) ?? []) this.#put(asObject(piece) ?? {});
    return call.willContinue === true;
  }

  part(): ToolCallPart {
    return {
      kind: 'tool-call',
      id: this.#id,
      name: this.#name,
      arguments: JSON.stringify(this.#args),
      ...(this.#opaque === undefined ? {} : { opaque: this.#opaque }),
    };
  }

  #put(piece: JsonObject): void {
    const steps = stepsOf(asString(piece.jsonPath) ?? '');
    const last = steps.pop();
    if (last === undefined || steps.length >= deepest) return;
    let at = this.#args;
    for (const [index, step] of steps.entries()) {
      if (!isPlace(at, step)) return;
      const next = steps[index + 1] ?? last;
      if (typeof at[step] !== 'object' || at[step] === null) at[step] = /^\d+$/.test(next) ? [] : {};
      at = at[step] as Node;
    }
    if (!isPlace(at, last)) return;
    const { stringValue, numberValue, boolValue } = piece;
    const before = at[last];
    if (typeof stringValue === 'string') at[last] = typeof before === 'string' ? before + stringValue : stringValue;
    else at[last] = numberValue ?? boolValue ?? null;
  }
}

/** Lists grow by one: a place far behind their end, or their `length`, would fill the memory. */
function isPlace(at: Node, step: string): boolean {
  return !Array.isArray(at) || (/^\d+$/.test(step) && Number(step) <= at.length);
}

/** `$.a[0]['b c']` as `a`, `0`, `b c`. Names that would reach into prototypes are no arguments. */
function stepsOf(path: string): string[] {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g)];
  const names = steps.map((step) => step[1] ?? step[2] ?? step[3] ?? step[4] ?? '');
  return names.includes('__proto__') ? [] : names;
}
