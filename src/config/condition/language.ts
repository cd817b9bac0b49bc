// Conditions in CEL (https://cel.dev), made safe for what clients send: expressions are small, none takes longer than its
// text and its lists allow, and patterns are RE2. Loaded only where a configuration has a condition.
import { type ASTNode, Environment, type TypeCheckResult } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { suggest } from '../validate/nearest.ts';
import { conditionFacts, type FactName, isFact } from './facts.ts';
import { placeIn } from './place.ts';
import { strangeWord } from './strange-word.ts';
import { nestedLoop, nodesIn } from './walk.ts';

export interface Condition {
  /** What it asks for. */
  readonly facts: ReadonlySet<FactName>;
  /** Throws where it cannot be answered: a header that is not there. Numbers are bigint, headers a Map. */
  holds(facts: Readonly<Record<string, unknown>>): boolean;
}

export interface ConditionFault {
  /** `column 12: there is no "tokenz"; did you mean "tokens"?` */
  readonly fault: string;
}

const limits = { maxAstNodes: 300, maxDepth: 30, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };
/** Stands in for `matches`, which JavaScript would answer in a time that a client can make as long as it likes. */
const safeMatches = 'matchesRe2';

export class ConditionLanguage {
  readonly #environment: Environment;
  readonly #patterns = new Map<string, RE2JS>();

  constructor() {
    this.#environment = new Environment({ enableOptionalTypes: true, limits });
    for (const [name, type] of Object.entries(conditionFacts)) this.#environment.registerVariable(name, type);
    this.#environment.registerFunction(
      `string.${safeMatches}(string): bool`,
      (text: string, pattern: string) => this.#patterns.get(pattern)?.matcher(text).find() ?? false,
    );
  }

  read(text: string): Condition | ConditionFault {
    const { valid, type = 'nothing', error } = this.#environment.check(text);
    if (!valid) return { fault: this.#faultOf(text, error) };
    if (type !== 'bool') return { fault: `it must be true or false, and is of type ${type}` };
    const { ast } = this.#environment.parse(text);
    const nodes = [...nodesIn(ast)];
    const fault = refusal(text, ast, nodes) ?? strangeWord(text, nodes) ?? this.#readPatterns(text, nodes);
    if (fault !== undefined) return { fault };
    const program = this.#environment.parse(withSafeMatches(text, nodes));
    if ([...nodesIn(program.ast)].some(isMatches)) return { fault: 'a comment stands before matches(); take it out' };
    const facts = new Set(nodes.flatMap(({ op, args }) => (op === 'id' && isFact(args) ? [args] : [])));
    return { facts, holds: (values) => program(values) === true };
  }

  #faultOf(text: string, error: TypeCheckResult['error']): string {
    const { start, end } = error?.range ?? { start: 0, end: 0 };
    const place = placeIn(text, start);
    if (error?.code === 'unknown_variable') {
      const name = text.slice(start, end);
      return `${place}: there is no "${name}"${suggest(name, Object.keys(conditionFacts))}`;
    }
    const called = /^found no matching overload for '(?:[\w<>, ]+\.)?(\w+)\(/.exec(error?.summary ?? '')?.[1];
    const functions = new Set(this.#environment.getDefinitions().functions.map(({ name }) => name));
    if (called === undefined || functions.has(called)) return `${place}: ${error?.summary ?? 'it cannot be read'}`;
    functions.delete(safeMatches);
    return `${place}: there is no function "${called}"${suggest(called, [...functions])}`;
  }

  #readPatterns(text: string, nodes: readonly ASTNode[]): string | undefined {
    for (const { op, args } of nodes) {
      if (op !== 'rcall' || args[0] !== 'matches') continue;
      const [pattern] = args[2];
      if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
        return `${placeIn(text, pattern?.start ?? 0)}: the pattern of matches() must be a text in quotes`;
      }
      try {
        this.#patterns.set(pattern.args, RE2JS.compile(pattern.args));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return `${placeIn(text, pattern.start)}: no regular expression (RE2): ${reason}`;
      }
    }
    return undefined;
  }
}

/** What would make the time it takes a power of its length. */
function refusal(text: string, ast: ASTNode, nodes: readonly ASTNode[]): string | undefined {
  const nested = nestedLoop(ast);
  if (nested !== undefined) {
    return `${placeIn(text, nested.start)}: all, exists, exists_one, map and filter cannot stand inside one another`;
  }
  const odd = nodes.find(({ op, args }) => op === 'rcall' && (args[0] === 'bind' || args[0] === safeMatches));
  return odd && `${placeIn(text, odd.start)}: there is no function ${odd.args?.toString().split(',')[0]} here`;
}

function isMatches({ op, args }: ASTNode): boolean {
  return op === 'rcall' && args[0] === 'matches';
}

function withSafeMatches(text: string, nodes: readonly ASTNode[]): string {
  const starts = nodes.flatMap(({ op, args }) =>
    op === 'rcall' && args[0] === 'matches' ? [text.indexOf('matches', args[1].end)] : [],
  );
  return starts
    .sort((a, b) => b - a)
    .reduce((all, at) => all.slice(0, at) + safeMatches + all.slice(at + 'matches'.length), text);
}
