// Certificates and keys of listeners: read, and known to belong together before anything is bound.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { LoadedCertificate, LoadedTls } from '../loaded.ts';
import { type Draft, entriesOf } from '../read/entries.ts';
import { type Path, pointerOf } from '../read/places.ts';
import { isTree, type Tree } from '../read/tree.ts';

/** What stands in the files of one listener's `tls`. */
export type TlsFiles = Pick<LoadedTls, 'certificates'> & {
  /** PEM text of the authorities of client certificates. */
  readonly ca: string | undefined;
};

export interface Certificates {
  /** Pointer of a listener -> its files, where all of them are sound. */
  readonly found: ReadonlyMap<string, TlsFiles>;
  readonly files: readonly string[];
}

/** `now` in epoch milliseconds: an expired certificate is a warning. */
export function readCertificates(draft: Draft, now: number): Certificates {
  const found = new Map<string, TlsFiles>();
  const reader: Reader = { draft, now, files: [] };
  for (const listener of entriesOf(draft, 'listeners')) {
    const { tls } = listener.value;
    if (!isTree(tls)) continue;
    const path = [...listener.path, 'tls'];
    const more = Array.isArray(tls.certificates) ? tls.certificates : [];
    const certificates = [
      readPair(reader, tls, path, false),
      ...more.map((entry: unknown, index) =>
        isTree(entry) ? readPair(reader, entry, [...path, 'certificates', index], true) : undefined,
      ),
    ].filter((certificate) => certificate !== undefined);
    const ca = isTree(tls.clientCertificates)
      ? readAuthorities(reader, tls.clientCertificates.ca, [...path, 'clientCertificates', 'ca'])
      : undefined;
    if (certificates.length > more.length) found.set(pointerOf(listener.path), { certificates, ca });
  }
  return { found, files: reader.files };
}

interface Reader {
  readonly draft: Draft;
  readonly now: number;
  readonly files: string[];
}

/** `named`: it is shown to those who ask for a host of its own, so it must have one. */
function readPair(reader: Reader, entry: Tree, path: Path, named: boolean): LoadedCertificate | undefined {
  const cert = readPem(reader, entry.cert, [...path, 'cert']);
  const key = readPem(reader, entry.key, [...path, 'key']);
  if (cert === undefined || key === undefined) return undefined;
  const certificate = certificateIn(reader, cert, [...path, 'cert']);
  if (certificate === undefined || !fits(reader, cert, key, path)) return undefined;
  return { cert, key, hosts: hostsOf(reader, certificate, entry, path, named) };
}

function hostsOf(reader: Reader, certificate: X509Certificate, entry: Tree, path: Path, named: boolean): string[] {
  if (!Array.isArray(entry.hosts)) {
    const own = namesIn(certificate);
    if (named && own.length === 0) {
      reader.draft.report.error([...path, 'cert'], 'the certificate names no host; list those it is for under `hosts`');
    }
    return own;
  }
  const hosts = entry.hosts.map((host) => String(host).toLowerCase());
  for (const [index, host] of hosts.entries()) {
    // What is no host name at all has its error from the schema.
    if (!/^(\*\.)?[\w.-]+$/.test(host)) continue;
    if (namesIn(certificate).includes(host) || certificate.checkHost(host) !== undefined) continue;
    reader.draft.report.warning([...path, 'hosts', index], `the certificate is not for ${host}`);
  }
  return hosts;
}

/** Host names of a certificate, lower case, `*.` as it stands there. */
function namesIn(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice('DNS:'.length).toLowerCase());
}

function readAuthorities(reader: Reader, name: unknown, path: Path): string | undefined {
  const pem = readPem(reader, name, path);
  return pem === undefined || certificateIn(reader, pem, path) === undefined ? undefined : pem;
}

function readPem({ draft, files }: Reader, name: unknown, path: Path): string | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const file = resolve(dirname(draft.report.places.valueAt(path).file), name);
  files.push(file);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    draft.report.error(path, `the file ${name} ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}`);
    return undefined;
  }
}

/** The first certificate of a PEM text, once what is wrong or doubtful about it is reported. */
function certificateIn({ draft, now }: Reader, pem: string, path: Path): X509Certificate | undefined {
  const certificate = attempt(() => new X509Certificate(pem));
  if (certificate instanceof Error) {
    draft.report.error(path, `this is not a certificate in PEM: ${plain(certificate)}`);
    return undefined;
  }
  const expires = Date.parse(certificate.validTo);
  if (expires < now) {
    draft.report.warning(path, `the certificate expired on ${new Date(expires).toISOString().slice(0, 10)}`);
  }
  return certificate;
}

function fits({ draft }: Reader, cert: string, key: string, path: Path): boolean {
  const context = attempt(() => createSecureContext({ cert, key }));
  if (!(context instanceof Error)) return true;
  const mismatch = /mismatch/i.test(context.message);
  const message = mismatch
    ? 'the key does not belong to the certificate'
    : `this is not a private key in PEM: ${plain(context)}`;
  draft.report.error([...path, 'key'], message);
  return false;
}

/** Without the library's error number. */
function plain(error: Error): string {
  return error.message.replace(/^error:[0-9A-F]+:/, '');
}

function attempt<T>(make: () => T): T | Error {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
