// What could not be said, collected in the words of the client.
import {
  type DialectName,
  type Extra,
  type Field,
  GatewayError,
  type Notes,
  type Place,
  type Words,
} from '../../core/index.ts';

/** Names that are told: a client may make up as many fields as it likes, but not fill the records with them. */
export const mostDropped = 1000;

export class Dropped implements Notes {
  readonly #words: Words;
  readonly #names = new Set<string>();

  constructor(words: Words) {
    this.#words = words;
  }

  drop(field: Field): void {
    this.#add(this.#words.fields[field] ?? field);
  }

  dropExtra(place: Place, extra: Extra | undefined, into: DialectName): void {
    if (extra === undefined || extra.dialect === into || extra.fields === undefined) return;
    const prefix = this.#words.places[place];
    const [needed] = extra.needed ?? [];
    if (needed !== undefined) {
      const param = prefix === '' ? needed : `${prefix}.${needed}`;
      const message = `${param}: the model is reached in another dialect, which has nothing like it. Leave it out.`;
      throw new GatewayError('untranslatable', { message, param });
    }
    for (const name of Object.keys(extra.fields)) this.#add(prefix === '' ? name : `${prefix}.${name}`);
  }

  names(): string[] {
    return [...this.#names];
  }

  #add(name: string): void {
    if (this.#names.size < mostDropped) this.#names.add(name);
  }
}
