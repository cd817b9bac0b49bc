// The boundary of a multipart form, out of its content type. Whatever two readers might understand in two ways is
// refused: gateway and upstream must see the same parts.
import { GatewayError } from '../../../core/index.ts';

const multipart = /^\s*multipart\/form-data\s*(?:;|$)/i;
/** One parameter; RFC 2046 allows these characters in a boundary, RFC 9110 quotes the odd ones. */
const boundaryParameter = /;\s*boundary\s*=\s*(?:"([^"\\]*)"|([^\s;"]+))\s*(?=;|$)/gi;
const sound = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;

export function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && multipart.test(contentType);
}

/** Throws `invalid-form`. */
export function boundaryOf(contentType: string): string {
  const found = [...contentType.matchAll(boundaryParameter)];
  const boundary = found[0]?.[1] ?? found[0]?.[2];
  const named = contentType.match(/boundary/gi)?.length ?? 0;
  if (boundary === undefined || found.length > 1 || named > found.length + boundaryIn(boundary)) {
    throw new GatewayError('invalid-form', { message: 'The content type must name one boundary.' });
  }
  if (!sound.test(boundary)) throw new GatewayError('invalid-form', { message: 'The boundary is not a valid one.' });
  return boundary;
}

/** A boundary may hold the word itself (`----WebKitFormBoundary…`). */
function boundaryIn(boundary: string): number {
  return boundary.match(/boundary/gi)?.length ?? 0;
}
