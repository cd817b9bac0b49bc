// How records of probes are told from those of requests.
import type { CallRecord } from '../../core/index.ts';

/** Under which records show it; at no listener. */
export const probeRoute = 'probe';

/** Of a call that the gateway made of itself. */
export function isProbe({ listener, route }: Pick<CallRecord, 'listener' | 'route'>): boolean {
  return listener === '' && route === probeRoute;
}
