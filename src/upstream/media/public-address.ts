// Which addresses may be asked at a client's word: only those of the public internet. Everything else (the host itself, its
// network, a cloud's metadata service at 169.254.169.254) would be reached in the gateway's name.
// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
import { addressRanges, canonicalAddress } from '../../core/index.ts';

const special = addressRanges([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Everything but 2000::/3 is special; in it are ways to IPv4 addresses (6to4, Teredo) and examples.
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
]);

/** Whether a client may name the address, written in whatever way. */
export function isPublic(address: string): boolean {
  const canonical = canonicalAddress(address);
  return canonical !== undefined && !special(canonical);
}
