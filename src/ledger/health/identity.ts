// Who does well or badly, in 64 bits: an account with its credential, or such an account for one model. The same in every
// thread and after every restart; with another credential it is another.
import type { Target } from '../../core/index.ts';
import { type Hash64, hash64 } from '../hash.ts';
import { groups } from './layout.ts';

/** What of a target says whom it asks. */
export type Who = Pick<Target, 'provider' | 'account' | 'credential' | 'model'>;

export interface Key extends Hash64 {
  readonly group: number;
  /** Where it was found last. */
  slot: number;
  /** The account, where this is one of its models. */
  readonly parent: Key | undefined;
}

export interface Keys {
  readonly account: Key;
  readonly model: Key;
}

const known = new WeakMap<Who, Keys>();

/** The same objects for the same target: they remember where its slots are. */
export function keysOf(who: Who): Keys {
  const found = known.get(who);
  if (found !== undefined) return found;
  const account = accountKey(who);
  const keys = { account, model: keyOf(`${nameOf(who)}\n${who.model ?? ''}`, account) };
  known.set(who, keys);
  return keys;
}

export function accountKey(who: Omit<Who, 'model'>): Key {
  return keyOf(nameOf(who), undefined);
}

/** The account's name in the store and in `HealthChange.accountId`. */
export function idOf(who: Omit<Who, 'model'>): string {
  return writeKey(accountKey(who));
}

/** 16 hexadecimal digits. */
export function writeKey({ high, low }: Key): string {
  return [high, low].map((part) => (part >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Undefined for what `writeKey` did not write. */
export function readKey(text: string, parent?: Key): Key | undefined {
  if (!/^[0-9a-f]{16}$/.test(text)) return undefined;
  const high = Number.parseInt(text.slice(0, 8), 16) | 0;
  const low = Number.parseInt(text.slice(8), 16) | 0;
  return { high, low, group: low & (groups - 1), slot: -1, parent };
}

function nameOf({ provider, account, credential }: Omit<Who, 'model'>): string {
  return `${provider}/${account}#${credential ?? ''}`;
}

function keyOf(text: string, parent: Key | undefined): Key {
  const { high, low } = hash64(text);
  return { high, low, group: low & (groups - 1), slot: -1, parent };
}
