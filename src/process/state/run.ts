// run.json: where the running gateway can be reached, for the commands. Gone when it is stopped; left behind when it is
// killed, so who reads it must see whether anything answers there.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate } from './files.ts';

export interface Run {
  readonly pid: number;
  readonly control: { readonly host: string; readonly port: number };
}

export async function writeRun(directory: string, run: Run): Promise<void> {
  await writePrivate(join(directory, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
}

export async function removeRun(directory: string): Promise<void> {
  await rm(join(directory, 'run.json'), { force: true });
}
