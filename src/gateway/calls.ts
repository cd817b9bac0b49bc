// The calls under way in this thread. Not a Set: with entries that come and go all the time, V8 keeps each table a Set
// has outgrown alive from the next one until a full collection, and with it every call that stood in it.
import type { GatewayCall } from './call/call.ts';

export class Calls {
  readonly #places: (GatewayCall | undefined)[] = [];
  readonly #free: number[] = [];
  size = 0;

  add(call: GatewayCall): void {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = call;
    call.place = place;
    this.size += 1;
  }

  delete(call: GatewayCall): void {
    if (this.#places[call.place] !== call) return;
    this.#places[call.place] = undefined;
    this.#free.push(call.place);
    this.size -= 1;
  }

  all(): GatewayCall[] {
    return this.#places.filter((call) => call !== undefined);
  }
}
