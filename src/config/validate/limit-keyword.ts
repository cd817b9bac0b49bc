// `"x-limit": "requests"` in a schema: the value must be a limit of that kind, as the core reads it.
import type { ErrorObject } from 'ajv';
import { type LimitWord, limitFault } from '../../core/index.ts';

/** The check of one `x-limit`; says what is wrong the way ajv expects it of a keyword. */
export function limitCheck(word: LimitWord) {
  const check: { (value: unknown): boolean; errors?: Partial<ErrorObject>[] } = (value) => {
    const message = limitFault(word, value);
    if (message === undefined) return true;
    check.errors = [{ keyword: 'x-limit', message, params: {} }];
    return false;
  };
  return check;
}
