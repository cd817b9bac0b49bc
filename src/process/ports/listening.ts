// Sockets that listen on this host, as Linux tells them: https://docs.kernel.org/networking/proc_net_tcp.html
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';

export interface Listening {
  /** Sixteen bytes in hex; IPv4 mapped into IPv6. */
  readonly address: string;
  readonly port: number;
  /** What names the socket in the file descriptors of its process. */
  readonly inode: string;
}

const listenState = '0A';
const mappedPrefix = '00000000000000000000ffff';

/** Empty where the system does not tell. */
export async function listeningSockets(): Promise<readonly Listening[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readTable(path)));
  return tables.flatMap((text) => text.split('\n').slice(1).flatMap(parseLine));
}

/** Other systems have no such file, and some only one of them. */
function readTable(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

function parseLine(line: string): Listening[] {
  const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
  const [address, port] = local?.split(':') ?? [];
  if (state !== listenState || address === undefined || port === undefined || inode === undefined) return [];
  return [{ address: bytesOf(address), port: Number.parseInt(port, 16), inode }];
}

/** The kernel prints each four bytes as one number of its own byte order. */
function bytesOf(printed: string): string {
  const words = printed.toLowerCase().match(/.{8}/g) ?? [];
  const bytes = words.map((word) => (endianness() === 'LE' ? reversed(word) : word)).join('');
  return bytes.length === 8 ? mappedPrefix + bytes : bytes;
}

function reversed(word: string): string {
  return (word.match(/../g) ?? []).reverse().join('');
}

/** The same sixteen bytes of an address as people write it, or undefined when it is none. */
export function addressBytes(address: string): string | undefined {
  const [ip] = address.split('%');
  if (ip === undefined || !URL.canParse(`http://[${ip}]`)) return mappedOf(address);
  const whole = new URL(`http://[${ip}]`).hostname.slice(1, -1);
  const [head = '', tail = ''] = whole.split('::');
  const [left, right] = [groups(head), groups(tail)];
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0000');
  return [...left, ...middle, ...right].join('');
}

function groups(part: string): string[] {
  return part === '' ? [] : part.split(':').map((group) => group.padStart(4, '0'));
}

function mappedOf(address: string): string | undefined {
  const bytes = address.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return undefined;
  return mappedPrefix + bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Every address of the machine. */
export function isEverywhere(bytes: string): boolean {
  return /^0*$/.test(bytes) || bytes === `${mappedPrefix}00000000`;
}
