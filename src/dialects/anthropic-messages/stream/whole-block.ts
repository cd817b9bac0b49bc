// A block that is known whole, as events. Calls of the vendor's tools are told as the vendor does: first without their
// input, which follows as text.
import { asObject, type JsonObject } from '../../json.ts';
import { blockDelta, blockStart, blockStop, inputDelta } from './frames.ts';

export function wholeBlock(index: number, block: JsonObject): string {
  const { type, input } = block;
  if (type === 'compaction') return compaction(index, block);
  const hasInput = type === 'server_tool_use' || type === 'mcp_tool_use';
  if (!hasInput || asObject(input) === undefined) return blockStart(index, block) + blockStop(index);
  return blockStart(index, { ...block, input: {} }) + inputDelta(index, JSON.stringify(input)) + blockStop(index);
}

function compaction(index: number, { type, ...members }: JsonObject): string {
  const delta = JSON.stringify({ type: 'compaction_delta', ...members });
  const empty = Object.fromEntries(Object.keys(members).map((name) => [name, null]));
  return blockStart(index, { type, ...empty }) + blockDelta(index, delta) + blockStop(index);
}
