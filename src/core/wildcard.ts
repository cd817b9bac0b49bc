// Names with `*` in them, as settings write them: a star is any text, also none. Matched in one walk over the text, however
// many stars there are: as a regular expression, two of them let a long text hold up the thread for minutes.

/** Whether a whole text matches. */
export function wildcard(pattern: string): (text: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - tail.length;
    if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
    let at = head.length;
    for (const part of rest) {
      // The first place is as good as another: what follows has the more room.
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}
