// Requests that are answered here and cost nobody anything: they are not counted.
import type { CallContext } from 'portico';

/** Model lists are made here, and an OPTIONS that no plugin answered goes to no provider. */
export function reachesNobody({ call, method }: CallContext): boolean {
  // A session reaches nobody either: each of its requests is a call of its own.
  if (call.operation === 'session') return true;
  return call.operation === 'models' || (method === 'OPTIONS' && call.operation !== 'forward');
}
