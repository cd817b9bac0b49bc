// A call whose arguments come in pieces (`streamFunctionCallArguments`, on the vendor's other platform only): each piece
// names its place by a JSON path (RFC 9535, `$.list[0].name`) and may be a part of a string. It is told when it is whole.
import type { JsonObject, Opaque, ToolCallPart } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';

type Node = Record<string, unknown>;

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
    if (last === undefined) return;
    let at = this.#args;
    for (const [index, step] of steps.entries()) {
      const next = steps[index + 1] ?? last;
      if (typeof at[step] !== 'object' || at[step] === null) at[step] = /^\d+$/.test(next) ? [] : {};
      at = at[step] as Node;
    }
    const { stringValue, numberValue, boolValue } = piece;
    const before = at[last];
    if (typeof stringValue === 'string') at[last] = typeof before === 'string' ? before + stringValue : stringValue;
    else at[last] = numberValue ?? boolValue ?? null;
  }
}

/** `$.a[0]['b c']` as `a`, `0`, `b c`. Names that would reach into prototypes are no arguments. */
function stepsOf(path: string): string[] {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g)];
  const names = steps.map((step) => step[1] ?? step[2] ?? step[3] ?? step[4] ?? '');
  return names.includes('__proto__') ? [] : names;
}
