// Cuts bytes into chunks, for the law that chunking never matters.

/** `places` are taken modulo the length; repeated and empty pieces are allowed. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((one, other) => one - other);
  const ends = [...sorted, bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}
