// Prose of the help as wide as the terminal. What is indented (options, examples) stays as it is: breaking it would break it.

/** `columns` undefined: nobody says how wide it is, and nothing is changed. */
export function reflow(text: string, columns: number | undefined): string {
  if (columns === undefined) return text;
  return text
    .split('\n\n')
    .map((paragraph) => (isTooWide(paragraph, columns) ? wrapped(paragraph, columns) : paragraph))
    .join('\n\n');
}

function isTooWide(paragraph: string, columns: number): boolean {
  const lines = paragraph.split('\n');
  return lines.some((line) => line.length > columns) && !lines.some((line) => line.startsWith(' '));
}

function wrapped(paragraph: string, columns: number): string {
  const [, before = '', words = '', after = ''] = /^(\n*)([\s\S]*?)(\n*)$/.exec(paragraph) ?? [];
  const lines: string[] = [];
  for (const word of words.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return `${before}${lines.join('\n')}${after}`;
}
