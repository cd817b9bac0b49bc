// What stands in the answer of an endpoint, read with patience: some vendors answer in forms instead of JSON, and have errors
// that are objects.
import { isTree, type Tree } from '../../config/read/tree.ts';

/** `type` is its content-type. Empty where nothing can be read. */
export function bodyIn(text: string, type: string): Tree {
  const isForm = /^application\/x-www-form-urlencoded/i.test(type);
  return isForm ? Object.fromEntries(new URLSearchParams(text)) : objectIn(text);
}

/**
 * Of an error as RFC 6749 (5.2) and RFC 8628 (3.5) have them only the code: a description may quote what was sent. Where a
 * secret is sent back in the place of the code it is no word.
 */
export function errorIn({ error }: Tree): string | undefined {
  if (error === undefined || error === null || error === false || error === '') return undefined;
  const code = isTree(error) ? (error.type ?? error.code ?? error.status) : error;
  return typeof code === 'string' && /^[A-Za-z_.-]{1,40}$/.test(code) ? code : 'an error without a code';
}

function objectIn(text: string): Tree {
  try {
    const value: unknown = JSON.parse(text);
    return isTree(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
