// Batches: accepted when they are made, done the next time somebody looks.
// https://platform.openai.com/docs/api-reference/batch, https://docs.anthropic.com/en/api/creating-message-batches
import { asJson, asList, asText, type Json } from '../conversation.ts';
import { created, type Exchange } from '../exchange.ts';
import { Raw } from '../raw.ts';
import { idFor, keptIn } from './kept.ts';

export function createBatch({ body }: Exchange): unknown {
  return openaiBatch({ endpoint: asText(body.endpoint), input: asText(body.input_file_id) }, 'validating');
}

export function getBatch({ body }: Exchange): unknown {
  return openaiBatch(keptIn(body.id), 'completed');
}

export function cancelBatch({ body }: Exchange): unknown {
  return openaiBatch(keptIn(body.id), 'cancelling');
}

export function listBatches(): unknown {
  return {
    object: 'list',
    data: [openaiBatch({ endpoint: '/v1/chat/completions', input: '' }, 'completed')],
    has_more: false,
  };
}

function openaiBatch(kept: Json, status: string) {
  const done = status === 'completed' ? 1 : 0;
  const line = JSON.stringify({ custom_id: 'mock', response: { status_code: 200, body: {} }, error: null });
  return {
    id: idFor('batch_', kept),
    object: 'batch',
    endpoint: kept.endpoint,
    errors: null,
    input_file_id: kept.input,
    completion_window: '24h',
    status,
    ...(done === 1 && { output_file_id: idFor('file-', { name: 'output.jsonl', bytes: line.length, text: line }) }),
    created_at: created,
    request_counts: { total: 1, completed: done, failed: 0 },
    metadata: null,
  };
}

export function createClaudeBatch({ body }: Exchange): unknown {
  const ids = asList(body.requests).map((request) => asText(asJson(request).custom_id));
  return anthropicBatch({ ids }, 'in_progress');
}

export function getClaudeBatch({ body }: Exchange): unknown {
  return anthropicBatch(keptIn(body.id), 'ended');
}

export function cancelClaudeBatch({ body }: Exchange): unknown {
  return anthropicBatch(keptIn(body.id), 'canceling');
}

export function deleteClaudeBatch({ body }: Exchange): unknown {
  return { id: body.id, type: 'message_batch_deleted' };
}

export function listClaudeBatches(): unknown {
  return { data: [anthropicBatch({ ids: ['mock'] }, 'ended')], has_more: false, first_id: null, last_id: null };
}

export function claudeResults({ body }: Exchange): Raw {
  const lines = asList(keptIn(body.id).ids).map((id) =>
    JSON.stringify({ custom_id: id, result: { type: 'canceled' } }),
  );
  return new Raw('application/x-jsonl', `${lines.join('\n')}\n`);
}

function anthropicBatch(kept: Json, status: string) {
  const count = asList(kept.ids).length;
  const ended = status === 'ended';
  const stamp = new Date(created * 1000).toISOString();
  const id = idFor('msgbatch_', kept);
  return {
    id,
    type: 'message_batch',
    processing_status: status,
    request_counts: {
      processing: ended ? 0 : count,
      succeeded: 0,
      errored: 0,
      canceled: ended ? count : 0,
      expired: 0,
    },
    created_at: stamp,
    expires_at: stamp,
    ended_at: ended ? stamp : null,
    archived_at: null,
    cancel_initiated_at: null,
    results_url: ended ? `http://mock.invalid/v1/messages/batches/${id}/results` : null,
  };
}
