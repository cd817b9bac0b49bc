// One setting of a YAML text set or taken out. Everything else keeps its bytes: comments, order, quotes, blank lines.
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { findPlace } from './find-place.ts';
import type { Step } from './parse-place.ts';

/** Why an edit cannot be made. */
export class EditError extends Error {}

/** The text with the value at the place. Members that are missing on the way are made; lists grow at their end only. */
export function setIn(text: string, steps: readonly Step[], value: unknown): string {
  const document = parse(text);
  const { node, rest } = findPlace(document, steps);
  if (rest.length > 0) return insert(text, document, node, rest, value);
  if (isNothing(node)) return insertBelowKey(text, document, steps, value);
  return replace(text, node, value);
}

/** The text without the setting. Undefined where it is not there. */
export function removeIn(text: string, steps: readonly Step[]): string | undefined {
  const document = parse(text);
  const { path, rest } = findPlace(document, steps);
  if (rest.length > 0 || path.length === 0) return undefined;
  const parent = document.getIn(path.slice(0, -1), true) as Node;
  if (!isCollection(parent)) return undefined;
  const index = isMap(parent)
    ? parent.items.findIndex(({ key }) => String(key) === String(path.at(-1)))
    : Number(path.at(-1));
  return parent.flow === true ? withoutFlowItem(text, parent, index) : withoutLines(text, parent, index);
}

function parse(text: string): Document.Parsed {
  const document = parseDocument(text, { lineCounter: new LineCounter(), keepSourceTokens: true });
  const [error] = document.errors;
  if (error !== undefined) throw new EditError(`the file is not valid YAML: ${error.message.split('\n')[0]}`);
  return document;
}

function replace(text: string, node: Node, value: unknown): string {
  const [start, end] = rangeOf(node);
  if (!isBlock(node)) return `${text.slice(0, start)}${flow(value)}${text.slice(end)}`;
  // A block stands on lines of its own; what takes its place stands behind its key.
  return `${text.slice(0, start).trimEnd()} ${flow(value)}${text.slice(text.slice(0, end).trimEnd().length)}`;
}

function insert(
  text: string,
  document: Document.Parsed,
  node: Node | null,
  rest: readonly Step[],
  value: unknown,
): string {
  const nested = nest(rest.slice(1), value);
  const [step] = rest;
  if (step === undefined) return text;
  if (node === null)
    return document.contents === null
      ? `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line(step.word, nested)}\n`
      : text;
  if (isSeq(node)) return insertEntry(text, node, step, nested);
  if (!isMap(node)) throw new EditError(`"${step.word}" cannot be set in a single value`);
  return node.flow === true
    ? intoFlow(text, node, line(step.word, nested))
    : intoBlock(text, node, line(step.word, nested));
}

/** `key:` with nothing behind it. */
function insertBelowKey(text: string, document: Document.Parsed, steps: readonly Step[], value: unknown): string {
  const { node, path } = findPlace(document, steps.slice(0, -1));
  if (!isMap(node)) throw new EditError(`${path.join('.')} is no map`);
  const pair = node.items.find(({ key }) => String(key) === steps.at(-1)?.word);
  const [, end] = rangeOf(pair?.key as Node);
  const colon = text.indexOf(':', end);
  return `${text.slice(0, colon + 1)} ${flow(value)}${text.slice(colon + 1)}`;
}

function insertEntry(text: string, list: YAMLSeq, { word }: Step, value: unknown): string {
  if (word !== '+' && word !== String(list.items.length)) {
    throw new EditError(`the list has no entry "${word}"; add one at its end with [+]`);
  }
  return list.flow === true ? intoFlow(text, list, flow(value)) : intoBlock(text, list, `- ${flow(value)}`);
}

/** Members that do not exist yet around a value. */
export function nest(steps: readonly Step[], value: unknown): unknown {
  return steps.reduceRight<unknown>(
    (inner, { word }) => (word === '+' || /^\d+$/.test(word) ? [inner] : { [word]: inner }),
    value,
  );
}

function line(name: string, value: unknown): string {
  return `${flow(name)}: ${flow(value)}`;
}

/** On one line. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

function intoFlow(text: string, node: YAMLMap | YAMLSeq, added: string): string {
  const [start, end] = rangeOf(node);
  const close = text.lastIndexOf(isMap(node) ? '}' : ']', end - 1);
  if (node.items.length === 0)
    return `${text.slice(0, start + 1)}${isMap(node) ? ` ${added} ` : added}${text.slice(close)}`;
  const inner = text.slice(start, close).trimEnd();
  const gap = text.slice(start + inner.length, close);
  return `${text.slice(0, start)}${inner}${inner.endsWith(',') ? ' ' : ', '}${added}${gap}${text.slice(close)}`;
}

/** A line of its own behind the last one, with the indent of the first. */
function intoBlock(text: string, node: YAMLMap | YAMLSeq, added: string): string {
  const [start] = rangeOf(node);
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const end = endOfContent(text, node);
  return `${text.slice(0, end)}\n${indent}${added}${text.slice(end)}`;
}

/** Behind the last value of a block and a comment on its line. */
function endOfContent(text: string, node: Node): number {
  const [, end] = rangeOf(node);
  const content = text.slice(0, end).trimEnd().length;
  const feed = text.indexOf('\n', content);
  return feed < 0 ? text.length : feed;
}

function withoutFlowItem(text: string, parent: YAMLMap | YAMLSeq, index: number): string {
  const spans = parent.items.map((item) => spanOf(item));
  const own = spans[index];
  if (own === undefined) return text;
  const next = spans[index + 1];
  const before = spans[index - 1];
  if (next !== undefined) return text.slice(0, own[0]) + text.slice(next[0]);
  return before === undefined
    ? text.slice(0, own[0]).trimEnd() + text.slice(own[1]).trimStart()
    : text.slice(0, before[1]) + text.slice(own[1]);
}

/** Whole lines, from the item's own to the last of its value. A list or map that would be empty goes with it as `[]` or `{}`. */
function withoutLines(text: string, parent: YAMLMap | YAMLSeq, index: number): string {
  const own = spanOf(parent.items[index]);
  if (parent.items.length === 1) {
    const [start] = rangeOf(parent);
    const end = endOfContent(text, parent);
    const empty = isMap(parent) ? '{}' : '[]';
    const head = text.slice(0, start).trimEnd();
    return `${head}${head === '' ? '' : ' '}${empty}${text.slice(end)}`;
  }
  const begin = text.lastIndexOf('\n', own[0] - 1) + 1;
  const content = text.slice(0, own[1]).trimEnd().length;
  const feed = text.indexOf('\n', content);
  const rest = feed < 0 ? '' : text.slice(feed + 1);
  // The first entry of a list may stand behind its parent's dash.
  const lead = text.slice(begin, own[0]);
  if (isMap(parent) && lead.trim() !== '') return text.slice(0, own[0]) + rest.trimStart();
  return text.slice(0, begin) + rest;
}

function spanOf(item: unknown): readonly [number, number] {
  if (typeof item === 'object' && item !== null && 'key' in item) {
    const { key, value } = item as { key: Node; value: Node | null };
    return [rangeOf(key)[0], value === null ? rangeOf(key)[1] : rangeOf(value)[1]];
  }
  return rangeOf(item as Node);
}

function rangeOf(node: Node): readonly [number, number] {
  const [start, end] = node.range ?? [0, 0];
  return [start, end];
}

/** A key with nothing behind it. */
function isNothing(node: Node | null): node is null {
  return node === null || (isScalar(node) && node.range?.[0] === node.range?.[1]);
}

function isBlock(node: Node): boolean {
  return isCollection(node) && node.flow !== true;
}
