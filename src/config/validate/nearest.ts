// The known name that was probably meant.
import leven from 'leven';

/** `; did you mean "port"?`, or the list of what is known, or nothing when nothing is. */
export function suggest(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  if (known.length === 0) return '';
  const shown = known.slice(0, 20).join(', ');
  return `; known here: ${shown}${known.length > 20 ? ', …' : ''}`;
}

export function nearest(name: string, known: readonly string[]): string | undefined {
  const allowed = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3));
  let best: string | undefined;
  let least = allowed + 1;
  for (const candidate of known) {
    const distance = leven(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best;
}
