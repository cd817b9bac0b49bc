// Lets requests in or keeps them out by the client's address: `deny` before `allow`. An address that cannot be told (a
// trusted proxy names something else) is kept out, for it might be anybody's.
import { addressRanges, type Fields, GatewayError, plugin } from 'portico';

interface Config {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly mode: 'enforce' | 'shadow';
}

export default plugin<Config>(({ allow, deny, mode }, host) => {
  const [allowed, denied] = [addressRanges(allow), addressRanges(deny)];
  const filters = allow.length > 0 || deny.length > 0;

  function objection(address: string): string | undefined {
    if (!filters) return undefined;
    if (address === '') return 'no address';
    if (denied(address)) return 'in deny';
    return allow.length > 0 && !allowed(address) ? 'not in allow' : undefined;
  }

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
});
