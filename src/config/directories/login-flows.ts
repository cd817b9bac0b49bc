// What provider.yaml says of logins, where its schema cannot hold it to that: each flow has its endpoints, each path a start,
// and nothing is said of a flow that is not offered.
import type { LoginFlow, ProviderOauth } from '../../core/index.ts';
import { flowsOf } from '../credentials/logins.ts';
import type { Report } from '../validate/report.ts';

const endpoints = { code: 'authorizeUrl', device: 'deviceUrl' } as const satisfies Record<LoginFlow, string>;

/** Of these flows alone. */
const settings: Readonly<Record<LoginFlow, readonly (keyof ProviderOauth)[]>> = {
  code: ['callback', 'authorizeParameters', 'pkce'],
  device: ['deviceParameters', 'devicePkce'],
};

const starts: readonly string[] = ['response', 'idToken', 'userinfo'];
const ofTokens = new Set(['accessToken', 'refreshToken', 'idToken', 'expiresAt']);

export function checkLoginFlows(oauth: ProviderOauth, report: Report): void {
  for (const [at, flow] of (oauth.flows ?? []).entries()) {
    if (oauth[endpoints[flow]] !== undefined || oauth.issuer !== undefined) continue;
    const message = `the flow "${flow}" needs a \`${endpoints[flow]}\`, or an \`issuer\` that says it`;
    report.error(['oauth', 'flows', at], message);
  }
  const offered = flowsOf(oauth);
  for (const flow of ['code', 'device'] as const) {
    if (offered.includes(flow)) continue;
    for (const name of settings[flow]) {
      if (oauth[name] === undefined) continue;
      report.warning(['oauth', name], `it has no meaning: there is no flow "${flow}"`, 'key');
    }
  }
  if (offered.length > 0 && oauth.tokenUrl === undefined && oauth.issuer === undefined) {
    report.error(['oauth'], 'a login needs a `tokenUrl`, or an `issuer` that says it');
  }
  checkFields(oauth, report);
  checkExchange(oauth, report);
}

function checkFields({ loginFields = {}, userinfoUrl, issuer }: ProviderOauth, report: Report): void {
  for (const [field, path] of Object.entries(loginFields)) {
    const [start = ''] = typeof path === 'string' ? path.split('.') : path;
    const place = ['oauth', 'loginFields', field];
    if (ofTokens.has(field) && start !== 'response') {
      report.error(place, `tokens stand in the \`response\`, not in "${start}"`);
    } else if (!starts.includes(start)) {
      report.error(place, `a path starts with ${starts.map((word) => `\`${word}\``).join(', ')}, not with "${start}"`);
    } else if (start === 'userinfo' && userinfoUrl === undefined && issuer === undefined) {
      report.error(place, 'nobody is asked for it: `userinfoUrl` is missing');
    }
  }
}

function checkExchange({ exchange }: ProviderOauth, report: Report): void {
  if (exchange === undefined || Object.values(exchange.headers).some((text) => text.includes('{refreshToken}'))) return;
  report.error(
    ['oauth', 'exchange', 'headers'],
    'one of them must hold `{refreshToken}`: nothing else says whose it is',
  );
}
