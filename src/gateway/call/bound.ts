// Which one account a call goes to that works on what accounts keep (files, batches): always the same one, so that what
// was made is found again. See docs/decisions/bound-operations.md.
import { type AccountPool, type Candidates, GatewayError, type Target } from '../../core/index.ts';
import type { GatewayCall } from './call.ts';

/** The provider the client asks for, where it does. */
export function askedProvider({ req }: GatewayCall): string | undefined {
  return req.headers[providerHeader]?.toString();
}

/** Names the provider instance a call without a model is for, where a route reaches several that could take it. */
export const providerHeader = 'x-portico-provider';

/**
 * The pool of the one account: of the provider that was asked for, or the first in file order, the account of highest
 * priority, the first of those. Throws `invalid-request` where the provider asked for is none of them.
 */
export function boundTo(candidates: Candidates, asked: string | undefined): AccountPool {
  const targets = targetsIn(candidates);
  const provider = asked ?? targets[0]?.provider;
  if (asked !== undefined && !targets.some((target) => target.provider === asked)) {
    throw new GatewayError('invalid-request', {
      message: `The header ${providerHeader} names no provider that can take this request.`,
    });
  }
  const [one] = targets.filter((target) => target.provider === provider).sort((a, b) => b.priority - a.priority);
  if (one === undefined) throw new GatewayError('no-account');
  return { kind: 'accounts', name: `${one.provider}/${one.account}`, weight: 1, on: undefined, targets: [one] };
}

function targetsIn(candidates: Candidates): readonly Target[] {
  return candidates.kind === 'accounts' ? candidates.targets : candidates.members.flatMap(targetsIn);
}

/**
 * The providers a call may go to: all of `offering`, or the one its header names. Throws `provider-missing` where it must
 * be one and is not, `invalid-request` where the header names none of them.
 */
export function chosenProviders(
  asked: string | undefined,
  offering: readonly string[],
  what: string,
): readonly string[] {
  if (asked === undefined) {
    if (offering.length < 2) return offering;
    throw new GatewayError('provider-missing', {
      message: `Several providers here take ${what} (${offering.join(', ')}) and the request names no model to tell them apart: send one of their names in the header ${providerHeader}, or use a route that reaches one of them only.`,
    });
  }
  if (offering.includes(asked) || offering.length === 0) return offering.filter((name) => name === asked);
  throw new GatewayError('invalid-request', {
    message: `The header ${providerHeader} names no provider that takes ${what} here. Those that do: ${offering.join(', ')}.`,
  });
}
