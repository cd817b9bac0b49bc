// Who a request says it is for: a name the client gives, worth as much as the client is trusted.
import type { ReadBody } from '../../upstream/body/body.ts';
import type { Member } from '../../upstream/body/scan.ts';
import { copy } from '../../upstream/body/splice.ts';
import type { GatewayCall } from './call.ts';

/** Bytes of `metadata` that are looked into. */
const mostMetadata = 4096;

/** `safety_identifier`, else `user`, else `metadata.user_id`. Undefined where none is a text. Throws what `facts` throws. */
export async function userOf(call: GatewayCall): Promise<string | undefined> {
  const body = await call.request.read(call);
  const members = body.scanned?.members ?? [];
  const named = (key: string) => members.find((member) => member.key === key);
  return (
    textOf(named('safety_identifier')?.value) ?? textOf(named('user')?.value) ?? inMetadata(body, named('metadata'))
  );
}

function inMetadata({ chunks }: ReadBody, metadata: Member | undefined): string | undefined {
  if (metadata === undefined || metadata.valueEnd - metadata.valueStart > mostMetadata) return undefined;
  const bytes: Buffer[] = [];
  copy(chunks, metadata.valueStart, metadata.valueEnd, bytes);
  try {
    const value: unknown = JSON.parse(Buffer.concat(bytes).toString());
    return typeof value === 'object' && value !== null && 'user_id' in value ? textOf(value.user_id) : undefined;
  } catch (error) {
    // The scanner lets odd escapes through: the upstream says what it thinks of them.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
