// The header of the PROXY protocol, version 1 (a line of text) and 2 (binary), as load balancers put it before the first
// byte of a connection. https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
import { isIP, SocketAddress } from 'node:net';

/** `more`: not all of it is there yet. `source` is undefined where the sender speaks for itself (health checks). */
export type ProxyHeader = 'more' | 'none' | { readonly length: number; readonly source: string | undefined };

/** The longest line of version 1, its end included. */
const longestLine = 107;
/** Version 2 may carry notes behind the addresses; nobody needs as many as its length field could say. */
const longestBinary = 4096;
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const word = Buffer.from('PROXY ', 'latin1');

export function parseProxyHeader(bytes: Buffer): ProxyHeader {
  if (begins(bytes, signature)) return bytes.length < 16 ? 'more' : binary(bytes);
  if (begins(bytes, word)) return line(bytes);
  return 'none';
}

/** Whether the bytes are the beginning of `expected`, or the other way round. */
function begins(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length);
  return bytes.compare(expected, 0, length, 0, length) === 0;
}

function line(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, longestLine).indexOf('\r\n');
  if (end < 0) return bytes.length < longestLine ? 'more' : 'none';
  const text = bytes.toString('latin1', 0, end);
  const length = end + 2;
  if (text === 'PROXY UNKNOWN' || text.startsWith('PROXY UNKNOWN ')) return { length, source: undefined };
  const [, family, source = '', target = '', ...ports] =
    /^PROXY TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/.exec(text) ?? [];
  const sound = isIP(source) === Number(family) && isIP(target) === Number(family) && ports.every(isPort);
  return sound ? { length, source } : 'none';
}

function isPort(text: string): boolean {
  return Number(text) <= 65_535;
}

/** Family and transport in one byte -> how an address of it is read. */
const families = new Map([
  [0x11, { bytes: 12, read: (at: Buffer) => at.subarray(0, 4).join('.') }],
  [0x12, { bytes: 12, read: (at: Buffer) => at.subarray(0, 4).join('.') }],
  [0x21, { bytes: 36, read: ipv6 }],
  [0x22, { bytes: 36, read: ipv6 }],
]);

function ipv6(at: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => at.readUInt16BE(index * 2).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}

function binary(bytes: Buffer): ProxyHeader {
  const command = bytes.readUInt8(12);
  const length = 16 + bytes.readUInt16BE(14);
  if (length > longestBinary || (command !== 0x20 && command !== 0x21)) return 'none';
  if (bytes.length < length) return 'more';
  const family = families.get(bytes.readUInt8(13));
  // Sent by itself, or for a client that has no IP address.
  if (command === 0x20 || family === undefined) return { length, source: undefined };
  return length < 16 + family.bytes ? 'none' : { length, source: family.read(bytes.subarray(16)) };
}
