// The grammar of a stream of generated content (wire.md 9.1): what gemini-cli and the SDK of Google demand.
import assert from 'node:assert/strict';

interface Chunk {
  readonly candidates?: readonly {
    readonly index?: number;
    readonly content?: { readonly role?: string; readonly parts?: readonly object[] };
    readonly finishReason?: string;
  }[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: object;
  readonly modelVersion?: string;
  readonly responseId?: string;
}

const kinds = [
  'text',
  'functionCall',
  'inlineData',
  'fileData',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];

/** The whole text of a stream. Its clients split at CRLF, know no event names, no comments and no [DONE]. */
export function checkGenerated(text: string): void {
  const blocks = text.split('\r\n\r\n');
  assert.equal(blocks.pop(), '', 'ends in the middle of an event');
  // gemini-cli reads with `.`, which stops at U+2028 and U+2029 (wire.md 9.3).
  for (const block of blocks) assert.match(block, /^data: \{.*\}$/, 'is no event of one line');
  const chunks = blocks.map((block) => JSON.parse(block.slice('data: '.length)) as Chunk);
  assert.ok(chunks.length > 0, 'says nothing');
  const finished = new Set<number>();
  for (const chunk of chunks) checkChunk(chunk, chunks[0], finished);
  const last = chunks.at(-1);
  const blocked = chunks.some(({ promptFeedback }) => promptFeedback?.blockReason !== undefined);
  assert.ok(finished.size > 0 || blocked, 'has no finishReason');
  const counts = chunks.some(({ usageMetadata }) => usageMetadata !== undefined);
  assert.ok(!counts || last?.usageMetadata !== undefined, 'the last chunk has no usageMetadata');
}

function checkChunk(chunk: Chunk, first: Chunk | undefined, finished: Set<number>): void {
  assert.equal(chunk.modelVersion, first?.modelVersion, 'modelVersion changes');
  assert.ok(typeof chunk.responseId === 'string' && chunk.responseId === first?.responseId, 'responseId changes');
  for (const { index = 0, content, finishReason } of chunk.candidates ?? []) {
    assert.equal(finished.has(index), false, 'a candidate goes on after its finishReason');
    if (finishReason !== undefined) finished.add(index);
    if (content?.parts === undefined) continue;
    assert.equal(content.role, 'model');
    assert.ok(content.parts.length > 0, 'parts: []');
    for (const part of content.parts) checkPart(part as Record<string, unknown>);
  }
}

function checkPart(part: Record<string, unknown>): void {
  const held = kinds.filter((kind) => kind in part);
  assert.equal(held.length, 1, `a part holds ${held.join(' and ') || 'nothing'}`);
  const call = part.functionCall as { readonly name?: string; readonly args?: unknown } | undefined;
  if (call === undefined) return;
  assert.ok(typeof call.name === 'string' && call.name !== '', 'a call without a name');
  assert.ok(call.args === undefined || (typeof call.args === 'object' && call.args !== null), 'args is no object');
}
