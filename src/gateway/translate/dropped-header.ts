// Names of fields as the value of a header. They may be the client's own: every text may come, as often as it likes.
import { mostDropped } from '../../dialects/canonical/notes.ts';

const mostNames = 50;
const longestName = 100;
/** What may stand in a header's value and is no comma. */
const unsafe = /[^\x21-\x2b\x2d-\x7e ]/gu;

/** The first of them; letters a header cannot hold are written as they are in URLs. */
export function droppedHeader(names: readonly string[]): string {
  const told = names.slice(0, mostNames).map((name) => name.slice(0, longestName).replace(unsafe, encoded));
  // Not all of very many are known.
  const count = names.length < mostDropped ? `${names.length - mostNames} ` : '';
  const more = names.length > mostNames ? [`and ${count}more`] : [];
  return [...told, ...more].join(', ');
}

function encoded(letter: string): string {
  // Half of a letter in two code units is none.
  return letter.isWellFormed() ? encodeURIComponent(letter) : '';
}
