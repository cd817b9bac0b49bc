// `system` and `messages` -> turns.
import { GatewayError, type JsonObject, type Turn } from '../../../core/index.ts';
import { asArray, asObject, asString } from '../../json.ts';
import { blobOf, decodeBlocks } from '../blocks/decode.ts';
import { Members, own } from '../members.ts';

const clientBlob = blobOf(undefined);
const roles = ['user', 'assistant', 'system'] as const;

export interface System {
  /** None or one. */
  readonly system: readonly Turn[];
  /**
   * Claude Code's first block (`x-anthropic-billing-header: …`) is for this vendor only: it changes with every request and
   * would ruin the prompt caches of others (wire.md, section 3).
   */
  readonly header: JsonObject | undefined;
}

export function decodeSystem(members: Members): System {
  const value = members.node.system;
  if (typeof value === 'string') {
    members.take('system');
    const text = { kind: 'text', text: value } as const;
    const extra = { dialect: own, form: { place: 'system', content: 'string' } } as const;
    return { system: [{ role: 'system', parts: [text], extra }], header: undefined };
  }
  const list = members.list('system');
  if (list === undefined) return { system: [], header: undefined };
  const blocks = objects(list, 'system');
  const header = isHeader(blocks[0]) ? blocks[0] : undefined;
  const parts = decodeBlocks(header === undefined ? blocks : blocks.slice(1), clientBlob);
  const turn: Turn = { role: 'system', parts, extra: { dialect: own, form: { place: 'system' } } };
  return { system: parts.length === 0 ? [] : [turn], header };
}

function isHeader(block: JsonObject | undefined): boolean {
  return block?.type === 'text' && asString(block.text)?.startsWith('x-anthropic-billing-header:') === true;
}

export function decodeMessages(members: Members): Turn[] {
  const list = asArray(members.take('messages'));
  if (list === undefined) throw invalid('messages', 'must be a list of messages');
  return objects(list, 'messages').map(decodeMessage);
}

/** Since 2026 instructions may stand between messages, as `role: system` (wire.md, section 3). */
function decodeMessage(message: JsonObject, at: number): Turn {
  const members = new Members(message);
  const role = members.word('role', roles);
  if (role === undefined) throw invalid(`messages.${at}.role`, 'must be user, assistant or system');
  const text = members.string('content');
  if (text !== undefined) {
    const extra = { dialect: own, ...members.extra({ content: 'string' }) } as const;
    return { role, parts: [{ kind: 'text', text }], extra };
  }
  const content = asArray(members.take('content'));
  if (content === undefined) throw invalid(`messages.${at}.content`, 'must be text or a list of content blocks');
  const parts = decodeBlocks(objects(content, `messages.${at}.content`), clientBlob);
  return { role, parts, extra: { dialect: own, ...members.extra() } };
}

/** Throws where one is something else. */
export function objects(list: readonly unknown[], where: string): JsonObject[] {
  return list.map((value, at) => {
    const object = asObject(value);
    if (object === undefined) throw invalid(`${where}.${at}`, 'must be an object');
    return object;
  });
}

function invalid(param: string, what: string): GatewayError {
  return new GatewayError('invalid-request', { message: `${param}: ${what}.`, param });
}
