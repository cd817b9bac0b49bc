// What an endpoint answered, read with patience: some vendors answer errors with status 200, in forms instead of JSON, with
// numbers as text.
import { isTree, type Tree } from '../../../config/read/tree.ts';

export interface Answer {
  readonly status: number;
  readonly body: Tree;
  /** Code of an error, as RFC 6749 (5.2) and RFC 8628 (3.5) have them. */
  readonly error: string | undefined;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const form = /^application\/x-www-form-urlencoded/i.test(response.headers.get('content-type') ?? '');
  const body = form ? Object.fromEntries(new URLSearchParams(text)) : objectIn(text);
  return { status: response.status, body, error: errorIn(body) };
}

/** What went wrong, in a few words and without anything that may be a secret; undefined: nothing. */
export function wrongWith({ status, error }: Answer): string | undefined {
  if (error !== undefined) return status === 200 ? error : `${error}, status ${status}`;
  return status >= 200 && status <= 299 ? undefined : `status ${status}`;
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

/** Only the code: a description may quote what was sent. */
function errorIn({ error }: Tree): string | undefined {
  if (error === undefined || error === null || error === false || error === '') return undefined;
  const code = isTree(error) ? (error.type ?? error.code ?? error.status) : error;
  return typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : 'an error without a code';
}
