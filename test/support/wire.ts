// A body as it stands on the wire: written and read as the gateway does, big integers included.
import type { JsonObject } from '../../src/core/index.ts';
import { parseExact } from '../../src/dialects/canonical/numbers.ts';

export function onTheWire(value: unknown): JsonObject {
  return parseExact(JSON.stringify(value)) as JsonObject;
}
