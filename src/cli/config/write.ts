// Writes an edited configuration, once it is known to be valid. The file keeps its mode; it is the old one or the new one,
// whatever happens meanwhile.
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { formatIssues } from '../../config/format.ts';
import { writeFileWhole } from '../../config/history/write-file.ts';
import { load } from '../../config/load.ts';
import type { Document } from '../../config/loaded.ts';
import { messageOf } from '../failure.ts';
import { packageRoot } from '../locate.ts';
import { countIssues } from '../read.ts';
import type { Terminal } from '../terminal.ts';
import type { Written } from './documents.ts';

export interface WriteOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
}

/** Exit code: 0 written (or nothing to write), 1 not valid. */
export async function writeEdited(
  terminal: Terminal,
  { file, result }: Written,
  before: Document,
  text: string,
  { dryRun = false }: WriteOptions,
): Promise<number> {
  if (text === before.text) {
    terminal.out('nothing to change\n');
    return 0;
  }
  const after = await load({ file, env: terminal.env, builtin: packageRoot, edits: [{ path: before.path, text }] });
  if (after.config === undefined) {
    terminal.error(`${formatIssues(after.issues, { color: terminal.color, base: terminal.cwd }).trimEnd()}\n`);
    terminal.error(`not written: with this change the configuration has ${countIssues(after.issues) ?? 'errors'}\n`);
    return 1;
  }
  terminal.out(patchOf(terminal, before, text, [...result.secrets, ...after.secrets]));
  if (dryRun) return 0;
  await writeFileWhole(before.path, text, await modeOf(before.path));
  return 0;
}

/** Secrets out of the lines that are shown. */
function patchOf(terminal: Terminal, { path, text }: Document, after: string, secrets: readonly string[]): string {
  const name = relative(terminal.cwd, path) || path;
  const patch = createTwoFilesPatch(name, name, text, after, undefined, undefined, { context: 1 });
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), patch.slice(patch.indexOf('---')));
}

async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch (error) {
    throw new Error(`${path} cannot be looked at: ${messageOf(error)}`);
  }
}
