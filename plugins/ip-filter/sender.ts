// Who sent a request. Anybody can write X-Forwarded-For, so it is read from the right, where the nearest proxy wrote
// last, and only as long as the one who wrote is trusted.
import { canonical } from './ranges.ts';

/** Undefined when a trusted proxy names something that is no address. */
export function sender(
  peer: string,
  forwardedFor: string | string[] | undefined,
  trusted: (address: string) => boolean,
): string | undefined {
  let address = canonical(peer);
  const hops = forwardedFor === undefined ? [] : String(forwardedFor).split(',');
  while (address !== undefined && trusted(address)) {
    const hop = hops.pop();
    if (hop === undefined) return address;
    address = canonical(withoutPort(hop.trim()));
  }
  return address;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const [, bracketed, plain] = /^\[(.+)\](?::\d+)?$|^([^:]+):\d+$/.exec(hop) ?? [];
  return bracketed ?? plain ?? hop;
}
