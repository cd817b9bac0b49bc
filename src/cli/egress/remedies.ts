// What to do about a way out that ends at a certain step.
import type { Step } from '../../upstream/egress/probe.ts';

export function remedyFor(step: Step, error: Error, throughProxy: boolean): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EGRESS_AUTH')
    return 'Check user and password in the url of the egress; characters such as @ are written %40.';
  return (throughProxy ? ofProxy : directly)[step];
}

const certificate = 'Nobody it trusts vouches for the certificate: name further authorities in NODE_EXTRA_CA_CERTS.';
const silent = 'It was reached but gave no HTTP answer: check the URL, its scheme (http or https) and its port.';

const directly: Readonly<Record<Step, string>> = {
  lookup: 'The name is not known here: check its spelling, and the DNS of this host.',
  connect: 'Nothing answers there: check host and port, and whether a firewall wants a proxy to be used (`egress:`).',
  'proxy-tls': certificate,
  tunnel: silent,
  tls: certificate,
  http: silent,
};

const ofProxy: Readonly<Record<Step, string>> = {
  lookup: 'The name of the proxy is not known here: check the url of the egress, and the DNS of this host.',
  connect: 'Nothing answers there: is the proxy running, is its port right, is a firewall between?',
  'proxy-tls': `The proxy did not agree on TLS. Where it speaks plain HTTP write http://. ${certificate}`,
  tunnel: 'The proxy will not connect to this host and port, or cannot: its own log and rules say why.',
  tls: `${certificate} A proxy that opens TLS has an authority of its own.`,
  http: silent,
};
