// ccproxy's config.toml (https://github.com/CaddyGlow/ccproxy-api): its providers are logins found in well-known files.
import type { Importer, Tree } from '../importer.ts';
import type { Secrets } from '../secrets.ts';
import { type Source, withoutEmpty } from '../source.ts';

/** Plugins there that are providers -> the directory here, and the file its tool keeps the login in. */
const logins: Readonly<Record<string, { readonly use: string; readonly file: string; readonly prefix: string }>> = {
  claude_api: { use: 'anthropic', file: '~/.claude/.credentials.json', prefix: '/claude' },
  codex: { use: 'codex', file: '~/.codex/auth.json', prefix: '/codex' },
};

export const ccproxy: Importer = {
  name: 'ccproxy',
  title: 'ccproxy (config.toml)',
  format: 'toml',
  read(source, secrets) {
    const found = enabledIn(source);
    for (const [plugin, { file, use }] of found) {
      source.at('plugins').at(plugin).at('enabled').take();
      source
        .at('plugins')
        .at(plugin)
        .note('todo', `take its login over: portico accounts import ${file} --provider ${use} --to ./accounts`);
    }
    const models = found.flatMap(([plugin, { use }]) =>
      mappingsOf(source.at('plugins').at(plugin).at('model_mappings'), use),
    );
    return withoutEmpty({
      version: 1,
      listeners: [
        {
          name: 'api',
          host: source.at('server').at('host').text() ?? '127.0.0.1',
          port: source.at('server').at('port').number() ?? 8000,
        },
      ],
      routes: [
        { name: 'root', paths: ['/'] },
        ...found.map(([, { use, prefix }]) => ({ name: use, paths: [prefix], providers: [use] })),
      ],
      accounts: found.length === 0 ? undefined : { directory: './accounts' },
      providers: found.map(([, { use }]) => providerOf(source, use)),
      models,
      keys: keysOf(source, secrets),
      logging: levelOf(source),
    });
  },
};

/** Both are on unless the file says otherwise. */
function enabledIn(source: Source) {
  const off = [...source.at('disabled_plugins').texts(), ...source.at('disable_plugin').texts()];
  const on = source.at('enabled_plugins').texts();
  return Object.entries(logins).filter(([plugin]) => {
    const own = source.at('plugins').at(plugin).at('enabled').value;
    return !off.includes(plugin) && (on.length === 0 || on.includes(plugin)) && own !== false;
  });
}

function providerOf(source: Source, name: string): Tree {
  const http = source.at('http');
  const seconds = http.at('timeout').number();
  const connect = http.at('connect_timeout').number();
  const timeouts = {
    ...(connect === undefined ? {} : { connect: connect * 1000 }),
    ...(seconds === undefined ? {} : { total: seconds * 1000 }),
  };
  return { name, ...(Object.keys(timeouts).length === 0 ? {} : { timeouts }) };
}

/** Exact names and prefixes; what is matched otherwise is told. */
function mappingsOf(mappings: Source, provider: string): Tree[] {
  return mappings.list().flatMap((mapping) => {
    const match = mapping.at('match').text();
    const target = mapping.at('target').text();
    const kind = mapping.at('kind').text() ?? 'exact';
    if (match === undefined || target === undefined) return [];
    if (kind !== 'exact' && kind !== 'prefix') {
      mapping.note('dropped', `names are matched by a beginning (\`${match}*\`) or whole, not by ${kind}`);
      return [];
    }
    return [{ name: kind === 'prefix' ? `${match}*` : match, targets: [`${provider}/${target}`] }];
  });
}

function keysOf(source: Source, secrets: Secrets): Tree[] {
  const token = source.at('security').at('auth_token').text();
  if (token === undefined) return [];
  if (token.length >= 16) return [{ name: 'client', key: secrets.reference(token, 'key-client') }];
  source
    .at('security')
    .at('auth_token')
    .note('todo', 'a key has at least 16 characters here: make a new one with `portico keys new`');
  return [];
}

function levelOf(source: Source): Tree | undefined {
  const level = source.at('logging').at('level').text()?.toLowerCase();
  const known: Readonly<Record<string, string>> = {
    debug: 'debug',
    trace: 'debug',
    info: 'info',
    warning: 'warn',
    error: 'error',
    critical: 'error',
  };
  const found = known[level ?? ''];
  return found === undefined || found === 'info' ? undefined : { level: found };
}
