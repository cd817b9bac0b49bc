// Usage at the end of a JSON answer too large to be parsed for it: vectors and long texts come first, the counts last.
import type { Dialect, Usage } from '../../core/index.ts';

const names = ['usage', 'usageMetadata'];

/** Usage in the last bytes of a body, or undefined where none stands there. */
export function usageInTail(bytes: Buffer, dialect: Dialect): Usage | undefined {
  for (const name of names) {
    const key = bytes.lastIndexOf(`"${name}"`);
    if (key < 0) continue;
    const value = objectAfter(bytes.toString('utf8', key + name.length + 2));
    const usage = value === undefined ? undefined : dialect.readUsage({ [name]: value });
    if (usage !== undefined) return usage;
  }
  return undefined;
}

/** Parses the object that follows a colon. Usage objects hold numbers and plain words, so braces are counted. */
function objectAfter(text: string): unknown {
  const open = /^\s*:\s*\{/.exec(text);
  if (open === null) return undefined;
  const from = open[0].length - 1;
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return parsed(text.slice(from, at + 1));
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The word stood inside a text after all.
    return undefined;
  }
}
