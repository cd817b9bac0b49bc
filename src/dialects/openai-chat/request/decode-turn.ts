// One message -> one turn.
import { GatewayError, type Part, type ToolResultPart, type Turn } from '../../../core/index.ts';
import { unwrap } from '../../canonical/envelope.ts';
import { asObject } from '../../json.ts';
import { Members } from '../members.ts';
import { decodeAssistant } from '../message/decode-assistant.ts';
import { decodeContent } from '../message/decode-content.ts';

export function decodeTurn(value: unknown, at: number): Turn {
  const node = asObject(value);
  if (node === undefined) {
    const param = `messages[${at}]`;
    throw new GatewayError('invalid-request', { message: `\`${param}\` must be an object.`, param });
  }
  const members = new Members(node);
  const role = members.node.role;
  if (role === 'assistant') return finished('assistant', decodeAssistant(members, unwrap, true), members);
  if (role === 'tool' || role === 'function') return toolResult(members, role);
  const known = role === 'system' || role === 'developer' || role === 'user';
  // Some vendor's own role stays among the members kept.
  return known ? finished(role, decodeContent(members), members) : unknownRole(decodeContent(members), members);
}

function finished(role: Turn['role'], parts: readonly Part[], members: Members): Turn {
  members.take('role');
  return { role, parts, extra: members.extra() };
}

function unknownRole(parts: readonly Part[], members: Members): Turn {
  return { role: 'user', parts, extra: members.extra() };
}

/** `role: function` is what results were before `tool_calls`: with the name in place of the id. */
function toolResult(members: Members, role: 'tool' | 'function'): Turn {
  members.take('role');
  if (role === 'function') members.form.legacy = true;
  const content = decodeContent(members);
  const callId = members.string('tool_call_id') ?? '';
  const name = members.string('name');
  const part: ToolResultPart = { kind: 'tool-result', callId, ...(name === undefined ? {} : { name }), content };
  return { role: 'user', parts: [part], extra: members.extra() };
}
