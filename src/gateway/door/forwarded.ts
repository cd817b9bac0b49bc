// What proxies write about who asked them: X-Forwarded-* and Forwarded (RFC 7239). The nearest proxy writes last.
import type { IncomingHttpHeaders } from 'node:http';

export interface Told {
  /** From the first proxy to the nearest; whatever stands where an address should (`unknown`, `_hidden`) is kept. */
  readonly clients: readonly string[];
  /** By the nearest proxy. */
  readonly scheme: string | undefined;
  readonly host: string | undefined;
}

export function toldInOwnHeaders(headers: IncomingHttpHeaders): Told {
  return {
    clients: listed(headers['x-forwarded-for']).map(withoutPort),
    scheme: listed(headers['x-forwarded-proto']).at(-1),
    host: listed(headers['x-forwarded-host']).at(-1),
  };
}

function listed(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return String(header)
    .split(',')
    .map((part) => part.trim());
}

const parameter = /[ \t]*(?:([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?[ \t]*(;|,|$)/y;
const nobody: Told = { clients: [''], scheme: undefined, host: undefined };

/**
 * A header that is not well formed names nobody: a quote that a client opened and never closed would otherwise swallow
 * what the proxy wrote behind it.
 */
export function toldInForwarded({ forwarded }: IncomingHttpHeaders): Told {
  if (forwarded === undefined) return { ...nobody, clients: [] };
  const clients: string[] = [];
  let said = new Map<string, string>();
  for (parameter.lastIndex = 0; ; said = new Map()) {
    if (!readElement(forwarded, said)) return nobody;
    clients.push(withoutPort(said.get('for') ?? ''));
    if (parameter.lastIndex === 0) return { clients, scheme: said.get('proto'), host: said.get('host') };
  }
}

/** Reads on from `parameter.lastIndex`, which is 0 behind the last element. False where it is not well formed. */
function readElement(text: string, said: Map<string, string>): boolean {
  for (;;) {
    const [, name, quoted, token, end] = parameter.exec(text) ?? [];
    if (end === undefined) return false;
    if (name !== undefined) said.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token ?? '');
    if (end === '') parameter.lastIndex = 0;
    if (end !== ';') return true;
  }
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  const [, bracketed, plain] = /^\[(.+)\](?::\d+)?$|^([^:]+):\d+$/.exec(hop) ?? [];
  return bracketed ?? plain ?? hop;
}
