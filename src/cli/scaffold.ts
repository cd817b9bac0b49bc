// Copies a template into a new directory, with the new name in place of the template's.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CommandFailure } from './failure.ts';
import { packageRoot } from './locate.ts';

export interface Scaffold {
  /** Directory below templates/. */
  readonly template: string;
  /** The directory to make. Must not exist. */
  readonly target: string;
  readonly name: string;
  /** Files of the template to leave out. */
  readonly without: readonly string[];
}

/** Returns the paths of the files written. */
export async function scaffold({ template, target, name, without }: Scaffold): Promise<string[]> {
  if (existsSync(target)) {
    throw new CommandFailure(`${target} is already there.`, 'Choose another name, or remove it first.');
  }
  const source = join(packageRoot, 'templates', template);
  const files = (await readdir(source)).filter((file) => !without.includes(file)).sort();
  await mkdir(dirname(target), { recursive: true });
  await mkdir(target);
  const written = files.map((file) => join(target, file));
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8');
    await writeFile(join(target, file), rename(text, name), { flag: 'wx' });
  }
  return written;
}

function rename(text: string, name: string): string {
  return text
    .replaceAll('template-name', name)
    .replaceAll(
      'templateName',
      name.replace(/-+([a-z0-9]?)/g, (_, letter: string) => letter.toUpperCase()),
    )
    .replaceAll('Template name', name.charAt(0).toUpperCase() + name.slice(1));
}
