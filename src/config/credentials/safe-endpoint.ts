// Where secrets of a login may go, and a person be sent to sign in: by TLS, or nowhere but this host.
import { addressRanges, canonicalAddress } from '../../core/index.ts';

export function isSafeEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackName(url.hostname));
}

/**
 * Whether a vendor at `origin` may name this endpoint, in its discovery document or in an answer: what is on this host, or
 * where clouds have their metadata, is the business of nobody who is elsewhere.
 */
export function mayName(origin: string, text: string): boolean {
  return isSafeEndpoint(text) && (!isInner(text) || isInner(origin));
}

/** As URLs have them: IPv6 in brackets. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const inner = addressRanges(['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/127', 'fe80::/10', 'fd00:ec2::254']);

function isInner(text: string): boolean {
  const hostname = (URL.parse(text)?.hostname ?? '').replace(/\.$/, '');
  const address = canonicalAddress(hostname.replace(/^\[|\]$/g, ''));
  return address === undefined ? /(^|\.)localhost$/.test(hostname) : inner(address);
}
