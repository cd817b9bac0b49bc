// The clients this directory knows: one JSON file each under presets/, in the shape of the setting `custom`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WrittenClient } from './client.ts';

const home = fileURLToPath(new URL('./presets', import.meta.url));

/** By name, in alphabetical order. Read when a configuration is compiled, never during a request. */
export function readPresets(): WrittenClient[] {
  const files = readdirSync(home).filter((file) => file.endsWith('.json'));
  return files.sort().map((file) => {
    const preset: Omit<WrittenClient, 'name'> = JSON.parse(readFileSync(join(home, file), 'utf8'));
    return { ...preset, name: file.slice(0, -'.json'.length) };
  });
}
