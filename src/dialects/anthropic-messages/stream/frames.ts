// The events of a message stream, framed. Every event has a name, and the name is its type: the official SDK ignores
// events without one (wire.md, section 9.3).

export function frame(type: string, members: string): string {
  return `event: ${type}\ndata: {"type":"${type}",${members}}\n\n`;
}

export function blockStart(index: number, block: unknown): string {
  return frame('content_block_start', `"index":${index},"content_block":${JSON.stringify(block)}`);
}

/** `delta` is JSON. */
export function blockDelta(index: number, delta: string): string {
  return frame('content_block_delta', `"index":${index},"delta":${delta}`);
}

export function blockStop(index: number): string {
  return frame('content_block_stop', `"index":${index}`);
}

export function textDelta(index: number, text: string): string {
  return blockDelta(index, `{"type":"text_delta","text":${JSON.stringify(text)}}`);
}

export function thinkingDelta(index: number, text: string): string {
  return blockDelta(index, `{"type":"thinking_delta","thinking":${JSON.stringify(text)}}`);
}

export function inputDelta(index: number, json: string): string {
  return blockDelta(index, `{"type":"input_json_delta","partial_json":${JSON.stringify(json)}}`);
}

export const messageStop = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
