// Names as the configuration takes them, checked before anything is made with one.
import { CommandFailure } from './failure.ts';

/** Throws unless gateway.yaml would take this name (`$defs.name` of its schema). */
export function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) return;
  throw new CommandFailure(
    `"${name}" cannot be a name.`,
    'Use letters, digits, dot, dash and underscore, at most 63, beginning with a letter or digit.',
  );
}

/** Throws unless this can name a plugin or provider directory. */
export function checkDirectoryName(name: string): void {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return;
  throw new CommandFailure(
    `"${name}" cannot name a directory.`,
    'Use lower-case letters, digits and dashes, beginning with a letter.',
  );
}
