// TLS of one listener: what the handshake needs, and which certificate is shown to whom.
import { createSecureContext, type SecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls';
import type { LoadedCertificate, LoadedTls } from '../../../config/loaded.ts';

export class Secure {
  /** Of the certificate that is shown where no other fits. Fit for `setSecureContext`. */
  readonly usual: SecureContextOptions;
  readonly #byHost = new Map<string, SecureContext>();

  /** Throws where a certificate and its key do not fit; the configuration's checks have seen to it that they do. */
  constructor(tls: LoadedTls) {
    const [first, ...others] = tls.certificates;
    this.usual = optionsOf(tls, first);
    // The usual one stands for its own hosts too, before any wildcard of another.
    for (const certificate of [...others, ...(others.length > 0 && first !== undefined ? [first] : [])]) {
      const context = createSecureContext(optionsOf(tls, certificate));
      for (const host of certificate.hosts) if (!this.#byHost.has(host)) this.#byHost.set(host, context);
    }
  }

  /** For the name a client asks for; undefined is the usual one. */
  contextFor(name: string): SecureContext | undefined {
    const host = name.toLowerCase();
    const dot = host.indexOf('.');
    return this.#byHost.get(host) ?? (dot < 0 ? undefined : this.#byHost.get(`*${host.slice(dot)}`));
  }
}

/** How servers are made whose certificates may be exchanged later: `current` is asked at every handshake. */
export function handshake(tls: LoadedTls, secure: Secure, current: () => Secure): TlsOptions {
  const { clientCertificates: client } = tls;
  return {
    ...secure.usual,
    SNICallback: (name, done) => done(null, current().contextFor(name)),
    requestCert: client !== undefined,
    rejectUnauthorized: client?.mode === 'require',
  };
}

function optionsOf(tls: LoadedTls, certificate: LoadedCertificate | undefined): SecureContextOptions {
  const { minVersion, clientCertificates } = tls;
  const pair = { cert: certificate?.cert, key: certificate?.key };
  return { ...pair, minVersion, ...(clientCertificates === undefined ? {} : { ca: clientCertificates.ca }) };
}
