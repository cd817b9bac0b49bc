// `data:[mime];base64,…`: files within a request.
export interface DataUrl {
  /** With its parameters, if it has some. */
  readonly mimeType: string;
  readonly base64: string;
}

const longestHead = 300;

/** Undefined where it is another URL, or not in base64. The data may be megabytes: only its head is looked at. */
export function parseDataUrl(url: string): DataUrl | undefined {
  if (!url.startsWith('data:')) return undefined;
  const comma = url.slice(0, longestHead).indexOf(',');
  if (comma === -1) return undefined;
  const head = url.slice('data:'.length, comma);
  if (!head.endsWith(';base64') || head === ';base64') return undefined;
  return { mimeType: head.slice(0, -';base64'.length), base64: url.slice(comma + 1) };
}

/** Without parameters and in the usual spelling: no vendor takes `image/jpg;charset=utf-8`. */
export function plainType(mimeType: string): string {
  const [type = ''] = mimeType.toLowerCase().split(';', 1);
  return type === 'image/jpg' ? 'image/jpeg' : type.trim();
}

export function dataUrl({ mimeType, base64 }: DataUrl): string {
  return `data:${mimeType};base64,${base64}`;
}
