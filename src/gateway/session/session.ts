// Whose conversation a request belongs to, so that all of its requests can go to the same account: what the client calls
// it, or how it began. Always with the key's name inside: nobody can join the session of another.
import { hash } from 'node:crypto';
import type { Operation } from '../../core/index.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { GatewayCall } from '../call/call.ts';
import { beginningOf } from './beginning.ts';
import { memberIn, parsedMember, textOf } from './member.ts';

/** Bytes of small members that are looked into. */
const mostBytes = 4096;
const conversations: ReadonlySet<Operation> = new Set(['chat', 'count-tokens']);

/**
 * SHA-256 in hexadecimal: of the first of `headers` that was sent, else of `prompt_cache_key`, `metadata.user_id`, the
 * conversation's id, or of the system prompt with the first turn. Undefined where none is there. Throws what `facts` throws.
 */
export async function sessionOf(call: GatewayCall, headers: readonly string[]): Promise<string | undefined> {
  const told = inHeaders(call, headers) ?? (await inBody(call));
  return told && hash('sha256', `${call.key?.name ?? ''}\n${told}`, 'hex');
}

function inHeaders({ req }: GatewayCall, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = req.headers[name];
    // The names are left out: clients that send the same id under several of them mean one session.
    if (value !== undefined && value.length > 0) return `id\n${value}`;
  }
  return undefined;
}

async function inBody(call: GatewayCall): Promise<string | undefined> {
  const body = await call.request.read(call);
  if (body.scanned === undefined) return undefined;
  return idIn(body) ?? (conversations.has(call.operation) ? beginningOf(body) : undefined);
}

function idIn(body: ReadBody): string | undefined {
  const key = textOf(memberIn(body, 'prompt_cache_key')?.value);
  if (key !== undefined) return `id\n${key}`;
  const user = textOf(fieldOf(parsedMember(body, 'metadata', mostBytes), 'user_id'));
  if (user !== undefined) return `user\n${user}`;
  const conversation = parsedMember(body, 'conversation', mostBytes);
  const id = textOf(conversation) ?? textOf(fieldOf(conversation, 'id'));
  return id && `conversation\n${id}`;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
