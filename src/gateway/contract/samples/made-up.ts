// A sample for operations that are passed on without being understood: bodies of the right kind, and nothing in them.
import type { DialectName, Endpoint } from '../../../core/index.ts';
import { clientModel, type Sample } from './sample.ts';

const boundary = 'contract-boundary';
const answer = '{"anything": 1.0}';

export const formType = `multipart/form-data; boundary=${boundary}`;

export function madeUp(dialect: DialectName, { operation, method, body }: Endpoint): Sample {
  return { dialect, operation, request: method === 'POST' ? requestAs(body) : '', answer };
}

function requestAs(body: Endpoint['body']): string {
  if (body === 'form') return form();
  return body === 'any' ? '{ "kept": 1.0 }' : `{ "model":"${clientModel}", "kept": 1.0 }`;
}

/** The file before the model, as many clients write it. */
function form(): string {
  const part = (head: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${value}\r\n`;
  const file = part('name="file"; filename="a.bin"', '\0\u00e9\r\n--not it');
  return `${file}${part('name="model"', clientModel)}--${boundary}--\r\n`;
}
