// CLIProxyAPI's config.yaml (https://help.router-for.me/configuration/options): API keys become accounts of providers, a prefix
// the name of one. Logins are files there: `portico accounts import` takes these over.
import type { Importer, Tree } from '../importer.ts';
import { type Secrets, slug } from '../secrets.ts';
import { type Source, withoutEmpty } from '../source.ts';
import { Egresses } from './egresses.ts';
import { pluginsOf } from './plugins.ts';
import { Providers } from './providers.ts';

/** Sections of API keys there -> provider directories here. */
const sections: readonly (readonly [string, string])[] = [
  ['gemini-api-key', 'gemini'],
  ['claude-api-key', 'anthropic'],
  ['codex-api-key', 'openai'],
  ['xai-api-key', 'xai'],
];

export const cliproxyapi: Importer = {
  name: 'cliproxyapi',
  title: 'CLIProxyAPI (config.yaml)',
  format: 'yaml',
  read(source, secrets) {
    const egresses = new Egresses(source.at('proxy-url').text());
    const providers = new Providers(secrets, egresses, source.at('disable-cooling').yes());
    for (const [section, use] of sections) for (const entry of source.at(section).list()) providers.addKey(use, entry);
    for (const entry of source.at('openai-compatibility').list()) providers.addCompatible(entry);
    const directory = source.at('auth-dir').text();
    if (directory !== undefined) {
      const words = 'it names the provider to add for each kind of login that has none yet';
      const command = `portico accounts import ${directory} --to ./accounts`;
      source.at('auth-dir').note('todo', `take the logins over: ${command}; ${words}`);
    }
    const heartbeat = source.at('streaming').at('keepalive-seconds').number();
    return withoutEmpty({
      version: 1,
      listeners: [listenerOf(source)],
      routes: heartbeat ? [{ name: 'root', paths: ['/'], heartbeat: `${heartbeat}s` }] : undefined,
      accounts: directory === undefined ? undefined : { directory: './accounts' },
      providers: providers.all(),
      keys: keysOf(source, secrets),
      plugins: pluginsOf(source),
      egress: egresses.all(secrets),
      logging: loggingOf(source),
    });
  },
};

function listenerOf(source: Source): Tree {
  const host = source.at('host').text();
  const port = source.at('port').number();
  if (host === undefined)
    source.at('host').note('changed', 'empty is all addresses there; here it is 127.0.0.1 until a host is named');
  return { name: 'api', ...(host === undefined ? {} : { host }), port: port ?? 8317, ...tlsOf(source.at('tls')) };
}

function tlsOf(tls: Source): Tree {
  const cert = tls.at('cert').text();
  const key = tls.at('key').text();
  return tls.at('enable').yes() && cert !== undefined && key !== undefined ? { tls: { cert, key } } : {};
}

function keysOf(source: Source, secrets: Secrets): Tree[] {
  return source
    .at('api-keys')
    .list()
    .flatMap((entry, index) => {
      const secret = entry.text();
      if (secret === undefined) return [];
      const name = `client-${index + 1}`;
      if (secret.length < 16) {
        entry.note('todo', 'a key has at least 16 characters here: make a new one with `portico keys new`');
        return [];
      }
      return [{ name, key: secrets.reference(secret, slug(`key-${name}`)) }];
    });
}

function loggingOf(source: Source): Tree | undefined {
  const debug = source.at('debug').yes();
  const file = source.at('logging-to-file').yes();
  if (!debug && !file) return undefined;
  const outputs = file ? { outputs: [{ to: 'console' }, { to: 'file', path: './logs/portico.log' }] } : {};
  return { ...(debug ? { level: 'debug' } : {}), ...outputs };
}
