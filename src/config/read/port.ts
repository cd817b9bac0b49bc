// A port as people write it in a variable or an option.

/** Undefined for what is none. */
export function readPort(text: string): number | undefined {
  const port = Number(text);
  return /^\d+$/.test(text) && port <= 65_535 ? port : undefined;
}
