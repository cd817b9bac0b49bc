// gemini-cli finds its chunks with a regular expression whose `.` ends at any line terminator of JavaScript, and loses a
// chunk that holds U+2028 or U+2029. Google's own writer escapes both.

/** JSON without such letters; the same text where there are none, which is nearly always. */
export function oneLine(json: string): string {
  if (!json.includes('\u2028') && !json.includes('\u2029')) return json;
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
