// An edit of a configuration file as text, checked before it is believed: what comes out must say the old file with this one
// change and nothing else.
import { isDeepStrictEqual } from 'node:util';
import { isCollection, type Node, parseDocument } from 'yaml';
import { EditError, nest, removeIn, setIn } from './edit-text.ts';
import { findPlace } from './find-place.ts';
import type { Step } from './parse-place.ts';

/** Throws `EditError` where the place cannot take it. */
export function withValue(text: string, steps: readonly Step[], value: unknown): string {
  const edited = setIn(text, steps, value);
  const document = parseDocument(text);
  const { path, rest } = findPlace(document, steps);
  const [first, ...deeper] = rest;
  if (first === undefined) document.setIn(path, document.createNode(value));
  else
    document.setIn([...path, endOf(document.getIn(path, true), first.word)], document.createNode(nest(deeper, value)));
  return checked(edited, document.toJS());
}

/** Undefined where nothing is set there. */
export function withoutValue(text: string, steps: readonly Step[]): string | undefined {
  const edited = removeIn(text, steps);
  if (edited === undefined) return undefined;
  const document = parseDocument(text);
  document.deleteIn(findPlace(document, steps).path);
  return checked(edited, document.toJS());
}

function endOf(node: unknown, word: string): string | number {
  return word === '+' && isCollection(node) ? node.items.length : word;
}

function checked(text: string, wanted: unknown): string {
  const { errors, contents } = parseDocument(text);
  const made = errors.length === 0 ? (contents as Node | null)?.toJS(parseDocument(text)) : undefined;
  if (errors.length === 0 && isDeepStrictEqual(made ?? null, wanted ?? null)) return text;
  throw new EditError(
    'this place is written in a way that cannot be edited without touching its neighbours; edit the file by hand',
  );
}
