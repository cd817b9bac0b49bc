// Why a call failed, in words: what was said about this one, or what its code says of all.
import { errors } from '../../core/index.ts';
import type { GatewayCall } from './call.ts';

export function reasonOf({ error, gone, reason }: GatewayCall): string | undefined {
  if (error === undefined) return undefined;
  if (gone?.code === error) return gone.message;
  return reason ?? errors[error].message;
}
