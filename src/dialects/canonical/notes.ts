// What could not be said, collected in the words of the client.
import type { DialectName, Extra, Field, Notes, Place, Words } from '../../core/index.ts';

export class Dropped implements Notes {
  readonly #words: Words;
  readonly #names = new Set<string>();

  constructor(words: Words) {
    this.#words = words;
  }

  drop(field: Field): void {
    this.#names.add(this.#words.fields[field] ?? field);
  }

  dropExtra(place: Place, extra: Extra | undefined, into: DialectName): void {
    if (extra === undefined || extra.dialect === into || extra.fields === undefined) return;
    const prefix = this.#words.places[place];
    for (const name of Object.keys(extra.fields)) this.#names.add(prefix === '' ? name : `${prefix}.${name}`);
  }

  names(): string[] {
    return [...this.#names];
  }
}
