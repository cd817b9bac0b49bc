// What an endpoint answered a login, read with patience: some vendors answer errors with status 200.
import type { Tree } from '../../../config/read/tree.ts';
import { bodyIn, errorIn } from '../../endpoint/read-body.ts';

export interface Answer {
  readonly status: number;
  readonly body: Tree;
  /** Code of an error. */
  readonly error: string | undefined;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const body = bodyIn(await response.text(), response.headers.get('content-type') ?? '');
  return { status: response.status, body, error: errorIn(body) };
}

/** What went wrong, in a few words and without anything that may be a secret; undefined: nothing. */
export function wrongWith({ status, error }: Answer): string | undefined {
  if (error !== undefined) return status === 200 ? error : `${error}, status ${status}`;
  return status >= 200 && status <= 299 ? undefined : `status ${status}`;
}
