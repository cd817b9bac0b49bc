// JSON text, such as the arguments of a tool call, while it grows: rules see what its strings say, names of members too, and
// its numbers. It stays JSON: a string that is changed is written as one again, a number that is changed becomes one.
import { type Found, Passage, passed, type Rules } from './passage.ts';

const escapes = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const partOfNumber = /[-+.0-9eE]/;

export class JsonPassage {
  readonly #rules: Rules;
  readonly #found: Found;
  #string: Passage | undefined;
  /** An escape that has not ended. */
  #escape = '';
  #number = '';

  constructor(rules: Rules, found: Found) {
    this.#rules = rules;
    this.#found = found;
  }

  push(text: string): string {
    let told = '';
    let said = '';
    for (const character of text) {
      if (this.#string === undefined) {
        told += this.#outside(character);
      } else if (this.#escape !== '') {
        said += this.#unescaped(character);
      } else if (character === '\\') {
        this.#escape = character;
      } else if (character === '"') {
        told += `${inString(this.#string.end(said))}"`;
        said = '';
        this.#string = undefined;
      } else {
        said += character;
      }
    }
    return this.#string === undefined ? told : told + inString(this.#string.push(said));
  }

  /** Text that is no JSON may end anywhere. */
  end(): string {
    const rest = this.#string === undefined ? this.#numberTold() : inString(this.#string.end()) + this.#escape;
    this.#string = undefined;
    return rest;
  }

  #outside(character: string): string {
    if (partOfNumber.test(character)) {
      this.#number += character;
      return '';
    }
    const number = this.#numberTold();
    if (character === '"') this.#string = new Passage(this.#rules, this.#found);
    return number + character;
  }

  #numberTold(): string {
    const number = this.#number;
    this.#number = '';
    const told = passed(number, this.#rules, this.#found);
    return told === number ? number : JSON.stringify(told);
  }

  #unescaped(character: string): string {
    this.#escape += character;
    if (this.#escape[1] === 'u' && this.#escape.length < 6) return '';
    const whole = this.#escape;
    this.#escape = '';
    if (whole.length < 6) return escapes.get(character) ?? character;
    return String.fromCharCode(Number.parseInt(whole.slice(2), 16));
  }
}

/** Written as it was where nothing in it matches. */
export function passedJson(text: string, rules: Rules, found: Found): string {
  let matches = 0;
  const passage = new JsonPassage(rules, (rule) => {
    matches += 1;
    found(rule);
  });
  const told = passage.push(text) + passage.end();
  return matches === 0 ? text : told;
}

function inString(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
