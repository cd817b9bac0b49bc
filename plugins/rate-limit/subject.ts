// Whom a rule counts. An address of IPv6 stands for its /64: that is what one subscriber has.
import { isIPv4 } from 'node:net';
import { type Call, canonicalAddress } from 'portico';

export type Per = 'key' | 'route' | 'model' | 'ip' | 'all';

export interface Subject {
  /** `key=ci`: the same in every thread and after every restart. */
  readonly id: string;
  /** `key ci`, for messages. */
  readonly words: string;
}

/** Undefined where the request names no model and the rule counts by it. */
export function subjectOf(per: readonly Per[], call: Call, model: string | undefined): Subject | undefined {
  const parts: Subject[] = [];
  for (const one of per) {
    const part = partOf(one, call, model);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return { id: parts.map(({ id }) => id).join(' '), words: parts.map(({ words }) => words).join(', ') };
}

/** Whether a rule counts by address, and so keeps strangers in check too. */
export function countsAddresses(per: readonly Per[], { key }: Call): boolean {
  return per.includes('ip') || (per.includes('key') && key === undefined);
}

function partOf(per: Per, call: Call, model: string | undefined): Subject | undefined {
  switch (per) {
    case 'all':
      return { id: 'all', words: 'everybody' };
    case 'route':
      return { id: `route=${JSON.stringify(call.route)}`, words: `route ${call.route}` };
    case 'model':
      return model === undefined
        ? undefined
        : { id: `model=${JSON.stringify(model)}`, words: `model ${model.slice(0, 100)}` };
    case 'key':
      // Without a key there is still somebody who asks.
      return call.key === undefined ? byAddress(call) : byKey(call.key.name);
    default:
      return byAddress(call);
  }
}

function byKey(name: string): Subject {
  return { id: `key=${JSON.stringify(name)}`, words: `key ${name}` };
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
