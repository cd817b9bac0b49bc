// Findings as text for a terminal or a log: `gateway.yaml:12:5 error providers[0].nmae: unknown setting …`.
import { relative } from 'node:path';
import { createColors } from 'picocolors';
import { printable } from '../core/printable.ts';
import type { Issue } from './loaded.ts';

export interface FormatOptions {
  readonly color?: boolean;
  /** Files are shown relative to this directory. */
  readonly base?: string;
}

/** One line per issue, without a newline at the end. */
export function formatIssues(issues: readonly Issue[], options: FormatOptions = {}): string {
  const colors = createColors(options.color ?? false);
  return issues
    .map((issue) => {
      // Names of files and words in them, which may be somebody else's.
      const place = printable(`${shown(issue.file, options.base)}:${issue.line}:${issue.column}`);
      const severity = issue.severity === 'error' ? colors.red('error') : colors.yellow('warning');
      const message = issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`;
      return `${colors.bold(place)} ${severity} ${printable(message)}`;
    })
    .join('\n');
}

function shown(file: string, base: string | undefined): string {
  if (base === undefined) return file;
  const near = relative(base, file);
  return near === '' || near.startsWith('..') ? file : near;
}
