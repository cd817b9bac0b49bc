// Addresses and ranges of addresses. A listener on `::` sees an IPv4 client as ::ffff:10.0.0.1; here that is 10.0.0.1,
// in whatever way it is written. One list for each family, because ::/0 of a BlockList has every IPv4 address in it.
import { BlockList, isIP, SocketAddress } from 'node:net';

/** The one spelling of an address, without a zone; undefined for what is none. */
export function canonicalAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return text;
  const { address } = new SocketAddress({ address: text.replace(/%.*$/, ''), family: 'ipv6' });
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address;
}

/** Whether a canonical address is in one of these addresses or ranges. Throws, naming it, on what is neither. */
export function addressRanges(written: readonly string[]): (address: string) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const range of written) {
    const { address, bits } = parse(range);
    const family = familyOf(address);
    lists[family].addSubnet(address, bits, family);
  }
  return (address) => {
    if (address === '') return false;
    const family = familyOf(address);
    return lists[family].check(address, family);
  };
}

function parse(range: string): { address: string; bits: number } {
  const [text = '', suffix] = range.split('/');
  const address = canonicalAddress(text);
  if (address === undefined) throw new Error(`"${range}" is neither an address nor a range of addresses`);
  const most = familyOf(address) === 'ipv4' ? 32 : 128;
  if (suffix === undefined) return { address, bits: most };
  // An IPv4 range written in IPv6: its first 96 bits are the prefix that canonicalAddress() took off.
  const bits = most === 32 && text.includes(':') ? Number(suffix) - 96 : Number(suffix);
  if (!(bits >= 0 && bits <= most)) throw new Error(`"${range}" is not a range of addresses`);
  return { address, bits };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
