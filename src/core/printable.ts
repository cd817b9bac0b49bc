// Text from outside as a person's terminal may have it: names that clients and upstreams choose must neither move the cursor
// nor turn what stands beside them around.

/** Control characters, line and paragraph separators, and what changes the direction of writing. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** As above, where line feeds and tabs are the writer's own. */
export const unprintableInLine = /[[\p{Cc}--[\n\t]]\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gv;

export function printable(text: string): string {
  return text.replace(unprintable, '?');
}
