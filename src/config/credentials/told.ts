// What is said of the files of the accounts directory, and which of them became no account.
import type { Report } from '../validate/report.ts';

export interface LeftOut {
  /** Absolute. */
  readonly file: string;
  readonly reason: string;
}

/** Of one file: a list of thousands that are all wrong is told as well by some. */
const mostSaid = 50;

export class Told {
  readonly leftOut: LeftOut[] = [];
  readonly #report: Report;
  /** File -> how much was said of it already. */
  readonly #said = new Map<string, number>();

  constructor(report: Report) {
    this.#report = report;
  }

  leaveOut(file: string, reason: string, place?: { readonly line: number; readonly column: number }): void {
    if ((this.#said.get(file) ?? 0) < mostSaid) this.leftOut.push({ file, reason });
    this.warn(file, `${reason}; it is left out`, place);
  }

  warn(file: string, message: string, { line, column } = { line: 1, column: 1 }): void {
    const said = this.#said.get(file) ?? 0;
    this.#said.set(file, said + 1);
    if (said > mostSaid) return;
    const told = said < mostSaid ? message : 'there is more to say of it, which is left out';
    this.#report.add({ severity: 'warning', file, line, column, path: '', message: told });
  }
}
