// Who sent a request, and how it asked. Anybody can write X-Forwarded-For and its like, so they are believed only from
// trusted proxies, and read from the right, where the nearest proxy wrote last.
import type { IncomingMessage } from 'node:http';
import type { LoadedListener } from '../../config/loaded.ts';
import { addressRanges, canonicalAddress } from '../../core/index.ts';
import { toldInForwarded, toldInOwnHeaders } from './forwarded.ts';

export interface ClientReader {
  /** In its canonical form. Empty where a trusted proxy names something that is no address: it could be anybody. */
  address(req: IncomingMessage): string;
  /** Scheme and host as the client wrote them. */
  asked(req: IncomingMessage): Asked;
}

interface Asked {
  readonly scheme: 'http' | 'https';
  readonly host: string;
}

type Settings = Pick<LoadedListener, 'trustedProxies' | 'forwardedHeader'>;

export function clientReader({ trustedProxies, forwardedHeader }: Settings): ClientReader {
  if (trustedProxies.length === 0) return { address: peerOf, asked: askedDirectly };
  const trusted = addressRanges(trustedProxies);
  const told = forwardedHeader === 'forwarded' ? toldInForwarded : toldInOwnHeaders;
  return {
    address(req) {
      const peer = peerOf(req);
      return trusted(peer) ? behind(peer, told(req.headers).clients, trusted) : peer;
    },
    asked(req) {
      const direct = askedDirectly(req);
      if (!trusted(peerOf(req))) return direct;
      const { scheme, host } = told(req.headers);
      return { scheme: schemeIn(scheme) ?? direct.scheme, host: host ?? direct.host };
    },
  };
}

/** From the right, past the trusted ones, to the first address that is not. */
function behind(peer: string, clients: readonly string[], trusted: (address: string) => boolean): string {
  let address = peer;
  for (const client of clients.toReversed()) {
    address = canonicalAddress(client) ?? '';
    if (!trusted(address)) return address;
  }
  return address;
}

/** The system's own spelling is canonical but for mapped addresses and zones. */
function peerOf({ socket }: IncomingMessage): string {
  const address = socket.remoteAddress ?? '';
  return address.startsWith('::ffff:') || address.includes('%') ? (canonicalAddress(address) ?? '') : address;
}

function askedDirectly({ socket, headers }: IncomingMessage): Asked {
  return { scheme: 'encrypted' in socket ? 'https' : 'http', host: headers.host ?? '' };
}

function schemeIn(text: string | undefined): Asked['scheme'] | undefined {
  const scheme = text?.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}
