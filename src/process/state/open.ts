// The state directory: what the process itself writes lives here, and only one process at a time has it.

import { makePrivateDirectory } from './files.ts';
import { type Lock, lockState } from './lock.ts';
import { controlToken } from './token.ts';

export interface State {
  readonly directory: string;
  readonly token: string;
  readonly lock: Lock;
}

/** Throws when another gateway runs from the directory. */
export async function openState(directory: string): Promise<State> {
  await makePrivateDirectory(directory);
  const lock = await lockState(directory);
  try {
    return { directory, token: await controlToken(directory), lock };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}
