// Members of a JSON body that are the target's to say, whatever the client sent: those the provider's code knows its API
// to want, and those the operator set. Null takes one out.
import type { BodyRequest, JsonObject, ProviderCode } from '../../core/index.ts';

/** Undefined: none, the usual case. */
export function ownMembers({ body }: Pick<ProviderCode, 'body'>, request: BodyRequest): JsonObject | undefined {
  // Counting takes little of what an answer does, and refuses the rest.
  const set = request.operation === 'count-tokens' ? undefined : request.target.set;
  const made = body?.(request);
  if (made === undefined) return set;
  return set === undefined ? made : { ...made, ...set };
}
