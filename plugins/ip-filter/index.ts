// Lets requests in or keeps them out by the client's address: `deny` before `allow`. An address that cannot be told (a
// trusted proxy names something else) is kept out, for it might be anybody's.
import {
  addressRanges,
  type Explainer,
  type Fields,
  GatewayError,
  type Host,
  type PluginHandler,
  plugin,
} from 'portico';

interface Config {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly mode: 'enforce' | 'shadow';
}

function ipFilter(config: Config, host: Host): PluginHandler {
  const { mode } = config;
  const objection = objections(config);

  return function ipFilter(ctx, next) {
    const { call } = ctx;
    const reason = objection(call.clientIp);
    if (reason === undefined) return next();
    host.metrics.count('refused', { mode });
    const fields: Fields = { call: call.id, address: call.clientIp, reason };
    host.log.info(mode === 'shadow' ? 'an address would be refused' : 'an address was refused', fields);
    if (mode === 'shadow') return next();
    throw new GatewayError('ip-not-allowed');
  };
}

function explain(config: Config): Explainer {
  const objection = objections(config);
  return function ipFilter({ call }, tell) {
    const reason = objection(call.clientIp);
    if (reason !== undefined && config.mode !== 'shadow') throw new GatewayError('ip-not-allowed');
    const text = reason === undefined ? 'the address may pass' : `would be refused, but for mode: shadow: ${reason}`;
    tell({ verdict: 'passes', text });
  };
}

/** Why an address is kept out; undefined where it is not. */
function objections({ allow, deny }: Config): (address: string) => string | undefined {
  const [allowed, denied] = [addressRanges(allow), addressRanges(deny)];
  const filters = allow.length > 0 || deny.length > 0;
  return (address) => {
    if (!filters) return undefined;
    if (address === '') return 'no address';
    if (denied(address)) return 'in deny';
    return allow.length > 0 && !allowed(address) ? 'not in allow' : undefined;
  };
}

export default plugin<Config>(ipFilter, { explain });
