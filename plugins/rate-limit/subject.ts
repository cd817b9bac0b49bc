// Whom a rule counts. An address of IPv6 stands for its /64: that is what one subscriber has.
import { isIPv4 } from 'node:net';
import { type Call, canonicalAddress } from 'portico';
import { userId } from './user.ts';

export type Per = 'key' | 'user' | 'tag' | 'route' | 'model' | 'ip' | 'all';

/** What of a request had to be looked for. */
export interface Asked {
  readonly model: string | undefined;
  readonly user: string | undefined;
}

export interface Subject {
  /** `key=ci`: the same in every thread and after every restart. */
  readonly id: string;
  /** `key ci`, for messages. */
  readonly words: string;
}

/** Several where the rule counts by tags and the key has some; none where it has not, or no model is named. */
export function subjectsOf(per: readonly Per[], call: Call, asked: Asked): readonly Subject[] {
  let found: readonly Subject[] = [{ id: '', words: '' }];
  for (const one of per) {
    const parts = partsOf(one, call, asked);
    found = found.flatMap((so) => parts.map((part) => and(so, part)));
  }
  return found;
}

function and(one: Subject, other: Subject): Subject {
  return one.id === '' ? other : { id: `${one.id} ${other.id}`, words: `${one.words}, ${other.words}` };
}

/** Whether a rule counts by address, and so keeps strangers in check too. */
export function countsAddresses(per: readonly Per[], { key }: Call): boolean {
  return per.includes('ip') || (key === undefined && (per.includes('key') || per.includes('user')));
}

/** Whether whoever asks decides how many there are. */
export function isPassing(per: readonly Per[], call: Call): boolean {
  return countsAddresses(per, call) || per.includes('user') || per.includes('model');
}

function partsOf(per: Per, call: Call, { model, user }: Asked): readonly Subject[] {
  switch (per) {
    case 'all':
      return [{ id: 'all', words: 'everybody' }];
    case 'route':
      return [named('route', call.route)];
    case 'model':
      return model === undefined ? [] : [named('model', model)];
    case 'tag':
      return (call.key?.tags ?? []).map((tag) => named('tag', tag));
    case 'user':
      return [byUser(call, user)];
    case 'key':
      return [byKey(call)];
    default:
      return [byAddress(call)];
  }
}

function named(what: string, name: string): Subject {
  return { id: `${what}=${JSON.stringify(name)}`, words: `${what} ${name.slice(0, 100)}` };
}

function byUser(call: Call, user: string | undefined): Subject {
  if (call.key === undefined || user === undefined) return byKey(call);
  return { id: `user=${userId(call.key.name, user)}`, words: `one user of key ${call.key.name}` };
}

/** Without a key there is still somebody who asks. */
function byKey(call: Call): Subject {
  return call.key === undefined ? byAddress(call) : named('key', call.key.name);
}

function byAddress({ clientIp }: Call): Subject {
  const address = network(clientIp);
  return { id: `ip=${address}`, words: `address ${address}` };
}

/** `192.0.2.7`, `2001:db8:1:2::/64`. What is no address stands for itself. */
export function network(ip: string): string {
  const address = canonicalAddress(ip);
  if (address === undefined || isIPv4(address)) return address ?? ip;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
