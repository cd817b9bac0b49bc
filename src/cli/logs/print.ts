// A log line on the terminal: its level in colour where there are colours.
import picocolors from 'picocolors';
import type { Terminal } from '../terminal.ts';

export function linePrinter(terminal: Terminal, json: boolean): (text: string) => void {
  if (json || !terminal.color) return (text) => terminal.out(`${text}\n`);
  const { red, yellow, dim } = picocolors.createColors(true);
  const paints: Readonly<Record<string, (text: string) => string>> = { error: red, warn: yellow, debug: dim };
  return (text) => {
    const [, time = '', level = '', rest = text] = /^(\S+) (\w+)([\s\S]*)$/.exec(text) ?? [];
    terminal.out(`${dim(time)} ${paints[level]?.(level) ?? level}${rest}\n`);
  };
}
