// What a provider directory says its models cost: prices.yaml, figures from the vendor's list with source and date.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Price } from '../../core/index.ts';
import type { Directory, Issue, ListedPrice } from '../loaded.ts';
import { validatePrices } from '../validate/validate.ts';
import { readDocument } from './document.ts';

/** None where there is no such file. A file with faults is a problem of the directory. */
export async function readPrices(directory: Directory, problems: Issue[]): Promise<readonly ListedPrice[]> {
  const file = join(directory.path, 'prices.yaml');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const list = readDocument(file, text, { validate: validatePrices, problems }) as PriceList | undefined;
  return Object.entries(list?.models ?? {}).map(([model, price]) => ({ model, provider: undefined, price }));
}

interface PriceList {
  readonly models: Readonly<Record<string, Price>>;
}
