// Certificates and keys of listeners: read, and known to belong together before anything is bound.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type Draft, entriesOf } from '../read/entries.ts';
import { type Path, pointerOf } from '../read/places.ts';
import { isTree } from '../read/tree.ts';

export interface Certificates {
  /** Pointer of a listener -> its PEM texts. */
  readonly pairs: ReadonlyMap<string, { readonly cert: string; readonly key: string }>;
  readonly files: readonly string[];
}

/** `now` in epoch milliseconds: an expired certificate is a warning. */
export function readCertificates(draft: Draft, now: number): Certificates {
  const pairs = new Map<string, { cert: string; key: string }>();
  const files: string[] = [];
  for (const listener of entriesOf(draft, 'listeners')) {
    const { tls } = listener.value;
    if (!isTree(tls)) continue;
    const path = [...listener.path, 'tls'];
    const cert = readPem(draft, tls.cert, [...path, 'cert'], files);
    const key = readPem(draft, tls.key, [...path, 'key'], files);
    if (cert === undefined || key === undefined) continue;
    if (fits(draft, cert, key, path, now)) pairs.set(pointerOf(listener.path), { cert, key });
  }
  return { pairs, files };
}

function readPem(draft: Draft, name: unknown, path: Path, files: string[]): string | undefined {
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

function fits(draft: Draft, cert: string, key: string, path: Path, now: number): boolean {
  const certificate = attempt(() => new X509Certificate(cert));
  if (certificate instanceof Error) {
    draft.report.error([...path, 'cert'], `this is not a certificate in PEM: ${plain(certificate)}`);
    return false;
  }
  const expires = Date.parse(certificate.validTo);
  if (expires < now) {
    draft.report.warning(
      [...path, 'cert'],
      `the certificate expired on ${new Date(expires).toISOString().slice(0, 10)}`,
    );
  }
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
