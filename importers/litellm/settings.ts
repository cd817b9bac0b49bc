// What holds for the whole: retries, timeouts, cache, the master key.
import type { Tree } from '../importer.ts';
import type { Secrets } from '../secrets.ts';
import type { Source } from '../source.ts';

export interface Settings {
  readonly plugins: unknown[] | undefined;
  readonly keys: Tree[];
  /** For every provider. */
  readonly provider: Tree;
  readonly logging: Tree | undefined;
}

export function settingsOf(source: Source, secrets: Secrets): Settings {
  const [router, lite, general] = ['router_settings', 'litellm_settings', 'general_settings'].map((name) =>
    source.at(name),
  ) as [Source, Source, Source];
  return {
    plugins: pluginsOf(router, lite),
    keys: keysOf(general, secrets),
    provider: providerOf(router, lite),
    logging: lite.at('set_verbose').yes() ? { level: 'debug' } : undefined,
  };
}

function pluginsOf(router: Source, lite: Source): unknown[] | undefined {
  const retries = router.at('num_retries').number() ?? lite.at('num_retries').number();
  const cache = lite.at('cache').yes();
  if (lite.at('drop_params').given)
    lite
      .at('drop_params')
      .note('changed', 'always so: what the model does not take is left out and named in x-portico-dropped');
  if (retries === undefined && !cache) return undefined;
  return [
    'logger',
    'auth',
    'rate-limit',
    ...(cache ? [{ cache: cacheOf(lite.at('cache_params')) }] : []),
    'translator',
    retries === undefined ? 'balancer' : { balancer: { attempts: retries + 1 } },
  ];
}

function cacheOf(params: Source): Tree {
  const seconds = params.at('ttl').number();
  const kind = params.at('type').text();
  if (kind !== undefined && kind !== 'local')
    params.at('type').note('changed', `the cache is in memory, not in ${kind}`);
  return seconds === undefined ? {} : { ttl: `${seconds}s` };
}

function keysOf(general: Source, secrets: Secrets): Tree[] {
  const master = general.at('master_key').text();
  if (master === undefined) return [];
  general.at('master_key').note('changed', 'a client key like any other; it gives no access to the control listener');
  return [{ name: 'master', key: secrets.reference(master, 'key-master') }];
}

function providerOf(router: Source, lite: Source): Tree {
  const seconds = router.at('timeout').number() ?? lite.at('request_timeout').number();
  const failures = router.at('allowed_fails').number();
  const cooldown = router.at('cooldown_time').number();
  if (router.at('disable_cooldowns').yes())
    return { cooling: 'off', ...(seconds === undefined ? {} : { timeouts: { total: seconds * 1000 } }) };
  const breaker = {
    ...(failures === undefined ? {} : { failures: failures + 1 }),
    ...(cooldown === undefined ? {} : { open: `${cooldown}s` }),
  };
  return {
    ...(seconds === undefined ? {} : { timeouts: { total: seconds * 1000 } }),
    ...(Object.keys(breaker).length === 0 ? {} : { breaker }),
  };
}
