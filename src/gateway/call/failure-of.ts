// A gateway error as dialects render it.
import type { Failure, GatewayError } from '../../core/index.ts';
import type { GatewayCall } from './call.ts';

export function failureOf(call: GatewayCall, error: GatewayError): Failure {
  return {
    code: error.code,
    status: error.status,
    message: error.message,
    param: error.param,
    callId: call.id,
    retryAfterMs: error.retryAfterMs,
    fault: error.fault,
  };
}
