// One request to the mock and what it will say, decided before any dialect gives it a shape. The same request gives
// the same answer, ids included.
import { createHash } from 'node:crypto';
import {
  asJson,
  countInput,
  countTokens,
  type Json,
  lastUserText,
  makeUp,
  toolHasAnswered,
  tools,
} from './conversation.ts';
import type { Script } from './script.ts';

export interface Exchange {
  readonly script: Script;
  readonly body: Json;
  readonly model: string;
  /** 24 hex digits. */
  readonly id: string;
  /** Seconds since the epoch; always the same. */
  readonly created: number;
  readonly text: string;
  /** The text (or the call's arguments) as it is streamed. */
  readonly pieces: readonly string[];
  readonly tool: ToolCall | undefined;
  readonly usage: Tokens | undefined;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
  /** The arguments as JSON. */
  readonly json: string;
}

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** 2026-01-01, so that answers do not change with the time of day. */
export const created = 1_767_225_600;

export function makeExchange(script: Script, model: string, body: Json): Exchange {
  const id = createHash('sha256').update(model).update(JSON.stringify(body)).digest('hex').slice(0, 24);
  const tool = toolCall(script, body);
  const text = tool === undefined ? answerText(script, body) : '';
  const pieces = tool === undefined ? cutText(text, script) : cutCall(tool.json, script.chunks ?? 3);
  const usage = tokens(script.usage, body, tool?.json ?? pieces.join(''));
  return { script, body, model, id, created, text: tool === undefined ? pieces.join('') : '', pieces, tool, usage };
}

function toolCall(script: Script, body: Json): ToolCall | undefined {
  if (toolHasAnswered(body)) return undefined;
  const offered = tools(body);
  const name = script.tool ?? (script.anyTool ? offered[0]?.name : undefined);
  if (name === undefined) return undefined;
  const value = script.arguments ?? makeUp(offered.find((tool) => tool.name === name)?.schema ?? asJson(undefined));
  return { name, arguments: value, json: JSON.stringify(value) };
}

function answerText(script: Script, body: Json): string {
  if (script.text !== undefined) return script.text;
  if (script.bytes !== undefined) return filler(script.bytes);
  return lastUserText(body) || 'Hello from the mock.';
}

/** Readable, ASCII, and each kilobyte differs from the next, so that a lost piece shows. */
function filler(bytes: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes; at += 20) lines.push(`filler ${String(at).padStart(12, '0')}\n`);
  return lines.join('').slice(0, bytes);
}

function cutText(text: string, script: Script): readonly string[] {
  const { chunks, bytes } = script;
  if (bytes !== undefined) return slices(text, chunks ?? Math.ceil(text.length / 1000));
  if (chunks === undefined) return text.match(/\s*\S+\s*$|\s*\S+|\s+/g) ?? [];
  const letters = [...text];
  if (letters.length === 0) return [];
  while (letters.length < chunks) letters.push(...letters.slice(0, chunks - letters.length));
  return slices(letters, chunks).map((slice) => slice.join(''));
}

/** Arguments are JSON: cut, never repeated. */
function cutCall(json: string, chunks: number): readonly string[] {
  const letters = [...json];
  return slices(letters, Math.min(chunks, letters.length)).map((slice) => slice.join(''));
}

function slices<Whole extends { length: number; slice(start: number, end: number): Whole }>(
  whole: Whole,
  count: number,
) {
  const size = whole.length / count;
  return Array.from({ length: count }, (_, at) => whole.slice(Math.round(at * size), Math.round((at + 1) * size)));
}

function tokens(usage: string | undefined, body: Json, output: string): Tokens | undefined {
  if (usage === 'none') return undefined;
  if (usage === undefined) return { input: countInput(body), output: countTokens(output) };
  const [input = 0, told = 0] = usage.split('/').map(Number);
  return { input, output: told };
}
