// Another gateway's configuration -> gateway.yaml. An importer is a directory here: it knows that gateway's words; what it does
// not take is told, setting by setting.
import type { Secrets } from './secrets.ts';
import type { Source } from './source.ts';

/** A plain object of YAML. */
export type Tree = { [name: string]: unknown };

export interface Importer {
  /** As it is asked for on the command line. */
  readonly name: string;
  readonly title: string;
  readonly format: 'yaml' | 'toml';
  /** gateway.yaml as a tree. Reads what it takes from `source`: the rest is told as having no counterpart. */
  read(source: Source, secrets: Secrets): Tree;
}
