// Events of a stream as text: numbered from 0 without gaps. What grows is written without building an object for each piece.
import type { Draft } from '../members.ts';

export class Events {
  #next = 0;

  event(type: string, members: Draft): string {
    return this.#frame(type, `${JSON.stringify({ type, ...members }).slice(0, -1)},`);
  }

  /** `head`: see `deltaHead`. `text`: what has been added. `tail`: members that follow it, as JSON with a comma in front. */
  delta(type: string, head: string, text: string, tail: string): string {
    return this.#frame(type, `${head}${JSON.stringify(text)}${tail},`);
  }

  #frame(type: string, open: string): string {
    return `event: ${type}\ndata: ${open}"sequence_number":${this.#next++}}\n\n`;
  }
}

/** The beginning of all events of a kind of one item, up to the text. */
export function deltaHead(type: string, members: Draft): string {
  return `${JSON.stringify({ type, ...members }).slice(0, -1)},"delta":`;
}
