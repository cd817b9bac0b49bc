// The parts of a CEL expression.
import type { ASTNode } from '@marcbachmann/cel-js';

const loops: ReadonlySet<unknown> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** An expression and all that stands in it. */
export function* nodesIn(part: unknown): Generator<ASTNode> {
  if (Array.isArray(part)) for (const each of part) yield* nodesIn(each);
  else if (isNode(part)) {
    yield part;
    yield* nodesIn(part.args);
  }
}

/** A loop in the body of another. One after the other (`a.filter(…).exists(…)`) is none. */
export function nestedLoop(ast: ASTNode): ASTNode | undefined {
  for (const node of nodesIn(ast)) {
    if (!isLoop(node)) continue;
    for (const inner of nodesIn(node.args[2])) if (isLoop(inner)) return inner;
  }
  return undefined;
}

function isLoop(node: ASTNode): node is Extract<ASTNode, { op: 'rcall' }> {
  return node.op === 'rcall' && loops.has(node.args[0]);
}

function isNode(part: unknown): part is ASTNode {
  return typeof part === 'object' && part !== null && 'op' in part && 'args' in part && 'start' in part;
}
