// The files of a configuration as they are written, and which of them a place stands in.
import { parseDocument } from 'yaml';
import { findPlace } from '../../config/edit/find-place.ts';
import { parsePlace, type Step } from '../../config/edit/parse-place.ts';
import type { Document, LoadResult } from '../../config/loaded.ts';
import { CommandFailure } from '../failure.ts';
import { locateConfiguration } from '../locate.ts';
import { readConfiguration } from '../read.ts';
import type { Terminal } from '../terminal.ts';

export interface Written {
  readonly file: string;
  readonly result: LoadResult;
}

export async function readWritten(terminal: Terminal, named: string | undefined): Promise<Written> {
  const file = locateConfiguration(terminal, named);
  const result = await readConfiguration(terminal, file);
  if (result.documents.length > 0) return { file, result };
  throw new CommandFailure(`${file} cannot be read.`, 'portico check says what is wrong with it.');
}

export function stepsOf(place: string): readonly Step[] {
  const steps = parsePlace(place);
  if (steps !== undefined && steps.length > 0) return steps;
  throw new CommandFailure(
    `"${place}" is no place in a configuration.`,
    'Write it like providers[main].timeouts.firstByte or models["a.b"].strategy.',
  );
}

/** The file that holds the most of the place; the main one where none holds any of it. */
export function documentOf(documents: readonly Document[], steps: readonly Step[]): Document {
  const depths = documents.map((document) => depthIn(document, steps));
  const deepest = Math.max(...depths);
  return documents[deepest > 1 ? depths.indexOf(deepest) : 0] as Document;
}

function depthIn({ text }: Document, steps: readonly Step[]): number {
  const document = parseDocument(text);
  return document.errors.length > 0 ? 0 : findPlace(document, steps).path.length;
}
