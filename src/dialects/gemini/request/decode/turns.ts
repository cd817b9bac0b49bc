// Contents as turns, one for each. Roles are `user` and `model` (or none, which is the user); results of functions also come
// under `function`, which is what the vendor's own clients once sent.
import { GatewayError, type JsonObject, type Opaque, type Part, type Turn } from '../../../../core/index.ts';
import { unwrap } from '../../../canonical/envelope.ts';
import { asArray, asObject } from '../../../json.ts';
import { extraOf, Members } from '../../wire/members.ts';
import { readPart } from '../../wire/read-part.ts';

const signed: (data: string) => Opaque = unwrap;

export function decodeTurn(content: unknown, index: number): Turn {
  if (typeof content === 'string') return { role: 'user', ...textTurn(content) };
  const object = asObject(content);
  if (object === undefined) {
    const param = `contents[${index}]`;
    throw new GatewayError('invalid-request', { message: `${param} must be an object with parts.`, param });
  }
  const members = new Members(object);
  const given = members.text('role');
  const { parts, form } = decodeParts(members);
  const role = roleOf(given, parts);
  const sent = given === wireRole(role) ? {} : { role: given ?? '' };
  return { role, parts, extra: { dialect: 'gemini', ...members.extra({ ...form, ...sent }).extra } };
}

/** Its role is ignored by the vendor; clients send `user`, `system` or none. */
export function decodeInstruction(instruction: unknown): Turn {
  const object = asObject(instruction);
  if (object === undefined) {
    const text = typeof instruction === 'string' ? [instruction] : (asArray(instruction) ?? []);
    const parts = text.map((part) => readPart(part, signed));
    return { role: 'system', parts, extra: { dialect: 'gemini', form: { shape: shapeOf(instruction) } } };
  }
  const members = new Members(object);
  const role = members.text('role');
  const { parts, form } = decodeParts(members);
  const sent = role === undefined ? {} : { role };
  return { role: 'system', parts, extra: { dialect: 'gemini', ...members.extra({ ...form, ...sent }).extra } };
}

function shapeOf(instruction: unknown): string {
  return typeof instruction === 'string' ? 'text' : 'list';
}

function textTurn(text: string): Pick<Turn, 'parts' | 'extra'> {
  return { parts: [{ kind: 'text', text }], ...extraOf(undefined, { bare: true }) };
}

function decodeParts(members: Members): { readonly parts: readonly Part[]; readonly form: JsonObject } {
  const value = members.take('parts', (parts) => parts);
  if (value === undefined) return { parts: [], form: { noParts: true } };
  const list = asArray(value);
  // A single message where a list is expected is accepted.
  const parts = (list ?? [value]).map((part) => readPart(part, signed));
  return { parts, form: list === undefined ? { onePart: true } : {} };
}

function roleOf(given: string | undefined, parts: readonly Part[]): Turn['role'] {
  if (parts.length > 0 && parts.every(({ kind }) => kind === 'tool-result')) return 'user';
  return given === 'model' || parts.some(({ kind }) => kind === 'tool-call') ? 'assistant' : 'user';
}

/** The vendor's word for a role. */
export function wireRole(role: Turn['role']): 'model' | 'user' {
  return role === 'assistant' ? 'model' : 'user';
}
