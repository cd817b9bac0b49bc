// Lets requests in or keeps them out by the client's address: `deny` before `allow`. An address that cannot be told is
// kept out, for it might be anybody's.
import { type Fields, GatewayError, plugin } from 'portico';
import { ranges } from './ranges.ts';
import { sender } from './sender.ts';

interface Config {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly mode: 'enforce' | 'shadow';
}

export default plugin<Config>(({ allow, deny, trustedProxies, mode }, host) => {
  const [allowed, denied, trusted] = [ranges(allow), ranges(deny), ranges(trustedProxies)];
  const filters = allow.length > 0 || deny.length > 0;

  function objection(address: string | undefined): string | undefined {
    if (!filters) return undefined;
    if (address === undefined) return 'no address';
    if (denied(address)) return 'in deny';
    return allow.length > 0 && !allowed(address) ? 'not in allow' : undefined;
  }

  return function ipFilter(ctx, next) {
    const { call } = ctx;
    const address = sender(call.clientIp, ctx.req.headers['x-forwarded-for'], trusted);
    const reason = objection(address);
    if (reason === undefined) return next();
    host.metrics.count('refused', { mode });
    const fields: Fields = { call: call.id, address, peer: call.clientIp, reason };
    host.log.info(mode === 'shadow' ? 'an address would be refused' : 'an address was refused', fields);
    if (mode === 'shadow') return next();
    throw new GatewayError('ip-not-allowed');
  };
});
