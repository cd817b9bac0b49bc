// Lets web pages of other origins call the gateway. Preflights carry no key and are answered here, before anything asks
// for one; the headers of other answers are set before the rest of the chain runs, so that errors carry them too.
import { type CallContext, type Explainer, type PluginHandler, plugin } from 'portico';
import { exposed } from './expose.ts';
import { originMatcher } from './origins.ts';

interface Config {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly expose: readonly string[];
  readonly credentials: boolean;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly privateNetwork: boolean;
}

type Headers = Record<string, string>;

function cors(config: Config): PluginHandler {
  const anybody = config.origins.includes('*');
  // The schema sees one override at a time; several laid over each other may still add up to this.
  if (anybody && config.credentials) throw new Error('origins: ["*"] and credentials: true exclude each other');
  const allows = originMatcher(config.origins);

  /** What every answer to this origin says; empty for one that may not call. */
  function grant(origin: string): Headers {
    if (anybody) return { 'access-control-allow-origin': '*' };
    if (!allows(origin)) return {};
    const headers = { 'access-control-allow-origin': origin };
    return config.credentials ? { ...headers, 'access-control-allow-credentials': 'true' } : headers;
  }

  return async function cors(ctx, next) {
    const origin = ctx.get('origin');
    const granted = grant(origin);
    if (origin !== '' && ctx.method === 'OPTIONS' && ctx.get('access-control-request-method') !== '') {
      const permissions = 'access-control-allow-origin' in granted ? permit(config, ctx) : {};
      const headers = { ...granted, ...permissions, vary: preflightVary };
      ctx.call.reply = { status: 204, headers, body: Buffer.alloc(0), eventStream: false };
      return;
    }
    // Caches must not hand one origin's answer to another, nor one without these headers to anybody.
    if (!anybody) ctx.vary('Origin');
    ctx.set(granted);
    try {
      await next();
    } finally {
      settle(ctx, 'access-control-allow-origin' in granted ? config.expose : []);
    }
  };
}

function explain({ origins }: Config): Explainer {
  const allows = originMatcher(origins);
  return function cors(ctx, tell) {
    const origin = ctx.get('origin');
    if (ctx.method === 'OPTIONS' && origin !== '' && ctx.get('access-control-request-method') !== '')
      return tell({ verdict: 'answers', text: 'a preflight is answered here' });
    if (origin === '') return tell({ verdict: 'passes', text: 'names no origin' });
    const may = origins.includes('*') || allows(origin);
    tell({ verdict: 'passes', text: `pages of ${origin} may ${may ? '' : 'not '}read the answer` });
  };
}

export default plugin<Config>(cors, { early: true, explain });

const preflightVary = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

/** What a preflight of a known origin is told. */
function permit({ methods, headers, maxAge, privateNetwork }: Config, ctx: CallContext): Headers {
  const permitted: Headers = {
    'access-control-allow-methods': methods.join(', '),
    'access-control-max-age': String(Math.floor(maxAge / 1000)),
  };
  // A literal `*` would leave out Authorization: what is asked for is repeated instead.
  const names = headers.includes('*') ? ctx.get('access-control-request-headers') : headers.join(', ');
  if (/[^\s,]/.test(names)) permitted['access-control-allow-headers'] = names;
  if (privateNetwork && ctx.get('access-control-request-private-network') === 'true') {
    permitted['access-control-allow-private-network'] = 'true';
  }
  return permitted;
}

/** The answer's head is decided: an upstream's own word on who may call does not count, its `vary` does. */
function settle(ctx: CallContext, expose: readonly string[]): void {
  const headers = ctx.call.reply?.headers ?? {};
  for (const name of Object.keys(headers)) if (name.startsWith('access-control-')) delete headers[name];
  const present = [...ctx.res.getHeaderNames(), ...Object.keys(headers)];
  const names = exposed(expose, present);
  if (names.length > 0) ctx.set('access-control-expose-headers', names.join(', '));
  if (headers.vary === undefined) return;
  ctx.vary(String(headers.vary));
  delete headers.vary;
}
