// Errors as both OpenAI dialects know them.
// https://platform.openai.com/docs/guides/error-codes
import type { Speech } from '../speech.ts';

const codes: Readonly<Record<number, readonly [type: string, code: string | null]>> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['invalid_request_error', 'unsupported_country_region_territory'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
};

export const openaiErrors: Speech = {
  idHeader: 'x-request-id',
  error(status, message) {
    const [type, code] = codes[status] ?? [status < 500 ? 'invalid_request_error' : 'server_error', null];
    return { error: { message, type, param: null, code } };
  },
  streamError(message) {
    return `data: ${JSON.stringify({ error: { message, type: 'server_error', param: null, code: null } })}\n\n`;
  },
};
