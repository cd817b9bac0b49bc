// Changes named members of a JSON body and leaves every other byte where it was. The result shares the untouched
// bytes with the chunks it was made from.
import type { Member, Scanned } from './scan.ts';

/** Replaces the bytes from `start` to `end` (exclusive, over the whole body). */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

/** What to do to the top-level object. Values are what JSON.stringify takes. */
export interface Changes {
  /** Replaces the value of a member (of each, where it is repeated) or adds the member. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Old name -> new name. A name that is not there is ignored. */
  readonly rename?: Readonly<Record<string, string>>;
  readonly drop?: readonly string[];
}

const nothing = Buffer.alloc(0);

/** Applies edits, which must not overlap. Throws RangeError when they do. */
export function splice(chunks: readonly Buffer[], edits: readonly Edit[]): Buffer[] {
  if (edits.length === 0) return [...chunks];
  const sorted = [...edits].sort((one, other) => one.start - other.start || one.end - other.end);
  const result: Buffer[] = [];
  let from = 0;
  for (const edit of sorted) {
    if (edit.start < from) throw new RangeError('edits overlap');
    copy(chunks, from, edit.start, result);
    if (edit.bytes.length > 0) result.push(edit.bytes);
    from = edit.end;
  }
  copy(chunks, from, Number.POSITIVE_INFINITY, result);
  return result;
}

/** The edits for several changes at once. */
export function editMembers(scanned: Scanned, changes: Changes): Edit[] {
  const dropped = new Set(changes.drop);
  const edits = dropMembers(
    scanned,
    scanned.members.filter((member) => dropped.has(member.key)),
  );
  const kept = scanned.members.filter((member) => !dropped.has(member.key));
  for (const member of kept) {
    const name = own(changes.rename, member.key);
    if (name !== undefined) edits.push(renameMember(member, name));
    const value = own(changes.set, member.key);
    if (value !== undefined) edits.push(setMember(member, value));
  }
  const added = Object.entries(changes.set ?? {}).filter(
    ([key, value]) => value !== undefined && !kept.some((member) => member.key === key),
  );
  if (added.length > 0) edits.push(insert(scanned, added, kept.length === 0));
  return edits;
}

/** Replaces the value. */
export function setMember(member: Member, value: unknown): Edit {
  return { start: member.valueStart, end: member.valueEnd, bytes: encode(value) };
}

function renameMember(member: Member, key: string): Edit {
  return { start: member.keyStart, end: member.keyEnd, bytes: encode(key) };
}

/** Removes members: each run of neighbours in one edit, so that exactly the needed commas stay. */
function dropMembers(scanned: Scanned, dropped: readonly Member[]): Edit[] {
  const gone = new Set(dropped);
  const edits: Edit[] = [];
  const { members } = scanned;
  for (let at = 0; at < members.length; at++) {
    const first = members[at];
    if (first === undefined || !gone.has(first)) continue;
    const before = members[at - 1];
    let last = first;
    let after = members[at + 1];
    while (after !== undefined && gone.has(after)) {
      last = after;
      at++;
      after = members[at + 1];
    }
    const start = before === undefined ? first.start : before.end;
    const end = before === undefined && after !== undefined ? after.start : last.end;
    edits.push({ start, end, bytes: nothing });
  }
  return edits;
}

/** Puts members in front of all others. */
function insert(scanned: Scanned, added: readonly (readonly [string, unknown])[], alone: boolean): Edit {
  const text = added.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
  return { start: scanned.open, end: scanned.open, bytes: Buffer.from(alone ? text : `${text},`) };
}

/** A client may name a member `constructor`. */
function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Appends the bytes from `start` to `end` of the chunks to `result`, without copying them. */
export function copy(chunks: readonly Buffer[], start: number, end: number, result: Buffer[]): void {
  let base = 0;
  for (const chunk of chunks) {
    const from = Math.max(0, start - base);
    const to = Math.min(chunk.length, end - base);
    if (from < to) result.push(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
    base += chunk.length;
    if (base >= end) return;
  }
}
