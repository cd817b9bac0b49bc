// An answer on its way to the client: texts, refusals, reasoning and the arguments of tool calls pass the rules as they
// grow; parts that come whole pass them whole.
import type { Delta, Part, PartStart } from 'portico';
import { TreePass } from '../request/passed-tree.ts';
import { type Found, passed, type Rules } from '../text/passage.ts';
import { type Growing, GrowingPart } from './growing-part.ts';

export class AnswerGuard {
  readonly #rules: Rules;
  readonly #found: Found;
  readonly #reasoning: boolean;
  /** By candidate: of each one part grows at a time. */
  readonly #growing = new Map<number, GrowingPart>();

  constructor(rules: Rules, reasoning: boolean, found: Found) {
    this.#rules = rules;
    this.#reasoning = reasoning;
    this.#found = found;
  }

  /** Throws `content-blocked`. */
  pass(delta: Delta): readonly Delta[] {
    switch (delta.type) {
      case 'part-start':
        return [this.#start(delta)];
      case 'part-delta': {
        const growing = this.#growing.get(delta.candidate);
        return growing === undefined ? [delta] : growing.grow(delta);
      }
      case 'part-end': {
        const growing = this.#growing.get(delta.candidate);
        this.#growing.delete(delta.candidate);
        return growing === undefined ? [delta] : growing.end(delta);
      }
      default:
        return [delta];
    }
  }

  #start(delta: PartStart): Delta {
    const { part, candidate } = delta;
    this.#growing.delete(candidate);
    if (!grows(part)) return { ...delta, part: this.#whole(part) };
    if (part.kind === 'reasoning' && !this.#reasoning) return delta;
    const growing = new GrowingPart(part, this.#rules, this.#found);
    this.#growing.set(candidate, growing);
    return growing.start(delta, part);
  }

  #whole(part: Exclude<Part, Growing>): Part {
    const said = (text: string) => passed(text, this.#rules, this.#found);
    const tree = new TreePass(this.#rules, this.#found);
    switch (part.kind) {
      case 'search': {
        const results = part.results?.map(({ url, title }) => ({
          url: said(url),
          ...(title === undefined ? {} : { title: said(title) }),
        }));
        return { ...part, queries: part.queries.map(said), ...(results === undefined ? {} : { results }) };
      }
      case 'tool-result':
        return { ...part, content: part.content.map((each) => this.#nested(each)) };
      case 'native':
        return { ...part, raw: tree.message(part.raw) as typeof part.raw };
      default:
        return part;
    }
  }

  /** A part that stands in another one. */
  #nested(part: Part): Part {
    if (part.kind === 'text') return { ...part, text: passed(part.text, this.#rules, this.#found) };
    return grows(part) ? part : this.#whole(part);
  }
}

function grows(part: Part): part is Growing {
  return part.kind === 'text' || part.kind === 'refusal' || part.kind === 'reasoning' || part.kind === 'tool-call';
}
