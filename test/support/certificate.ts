// Certificates made for one test run by the openssl of the machine: self-signed, or signed by one of them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Subject {
  /** Host names; the first is the subject's. */
  readonly names?: readonly string[];
  readonly signer?: Certificate;
}

/** Undefined where there is no openssl. */
export function makeCertificate({ names = ['localhost'], signer }: Subject = {}): Certificate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'portico-cert-'));
  const at = (name: string) => join(directory, name);
  const alternatives = [...names.map((name) => `DNS:${name}`), 'IP:127.0.0.1'].join();
  const subject = ['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${alternatives}`];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  if (signer !== undefined) {
    writeFileSync(at('ca.pem'), signer.cert);
    writeFileSync(at('ca.key'), signer.key);
    made.push('-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-addext', 'basicConstraints=critical,CA:FALSE');
  }
  try {
    execFileSync('openssl', [...made, '-keyout', at('key.pem'), '-out', at('cert.pem'), ...subject], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(at('cert.pem'), 'utf8'), key: readFileSync(at('key.pem'), 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
