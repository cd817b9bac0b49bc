// Gathers what is wrong with a configuration, each finding with its place.
import { dirname, relative } from 'node:path';
import type { Issue } from '../loaded.ts';
import { type Path, type Place, type Places, showPath } from '../read/places.ts';

export class Report {
  readonly places: Places;
  readonly #issues = new Map<string, Issue>();
  readonly #settled = new Set<string>();

  constructor(places: Places) {
    this.places = places;
  }

  /** `at: 'key'` points at the setting's name rather than at its value. */
  error(path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    this.#note('error', path, message, at);
  }

  warning(path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    this.#note('warning', path, message, at);
  }

  /** An error after which nothing else is said about this value: it is not known. */
  lastWord(path: Path, message: string): void {
    this.error(path, message);
    this.#settled.add(showPath(path));
  }

  /** Takes over a finding that has its place already; the same finding twice counts once. */
  add(issue: Issue): void {
    const { file, line, column, path, message } = issue;
    this.#issues.set([file, line, column, path, message].join('\n'), issue);
  }

  get failed(): boolean {
    return [...this.#issues.values()].some((issue) => issue.severity === 'error');
  }

  /** Sorted: the files in the given order, then the others; within a file by line and column. */
  sorted(files: readonly string[]): Issue[] {
    return [...this.#issues.values()].sort(
      (a, b) =>
        rankOf(a, files) - rankOf(b, files) || a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
    );
  }

  /** `gateway.yaml:12` as seen from the file of `path`: just `line 12` within the same file. */
  refer(path: Path, from: Path): string {
    const there = this.places.valueAt(path);
    const here = this.places.valueAt(from);
    return there.file === here.file
      ? `line ${there.line}`
      : `${relative(dirname(this.places.main), there.file)}:${there.line}`;
  }

  #note(severity: Issue['severity'], path: Path, message: string, at: 'key' | 'value'): void {
    if (this.#settled.has(showPath(path))) return;
    const place: Place = at === 'key' ? this.places.keyAt(path) : this.places.valueAt(path);
    this.add({ severity, ...place, path: showPath(path), message });
  }
}

function rankOf(issue: Issue, files: readonly string[]): number {
  const index = files.indexOf(issue.file);
  return index === -1 ? files.length : index;
}
