// Values of the few JSON texts somebody asks for: keys and scalars at the top level of a body.

export type Scalar = string | number | boolean | null;

/** A key from its text with quotes; undefined for an escape that does not exist. */
export function decodeKey(text: string): string | undefined {
  if (!text.includes('\\')) return text.slice(1, -1);
  const decoded = parse(text);
  return typeof decoded === 'string' ? decoded : undefined;
}

/** Undefined for a string whose content is not proper JSON: it is let through, unread. */
export function decodeScalar(text: string): Scalar | undefined {
  if (text.startsWith('"') && !text.includes('\\')) return text.slice(1, -1);
  return parse(text);
}

function parse(text: string): Scalar | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
