// An error where a whole answer was expected: some upstreams, and many that stand in between, tell it with status 200.

import { asObject, parseJson } from '../../dialects/json.ts';
import type { ErrorEvent } from './hold.ts';

/** Bytes of the beginning that tell whether it is worth reading. */
const mostLooked = 64;
const beginning = /^\s*\{\s*"(error"\s*:\s*[{"]|type"\s*:\s*"error")/;

/** Undefined for any other answer; those of most dialects have an `error` that is null, further behind. */
export function errorIn(whole: Buffer): Omit<ErrorEvent, 'verdict'> | undefined {
  if (!beginning.test(whole.toString('latin1', 0, mostLooked))) return undefined;
  const data = whole.toString();
  const error = asObject(parseJson(data))?.error;
  if (typeof error === 'string') return { message: error, data };
  const said = asObject(error)?.message;
  return error === undefined
    ? undefined
    : { message: typeof said === 'string' ? said : 'The upstream told an error.', data };
}
