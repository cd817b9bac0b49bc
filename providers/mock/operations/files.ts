// Files: what is uploaded is remembered in its id, its content up to 512 bytes. In a list there is always one.
// https://platform.openai.com/docs/api-reference/files, https://docs.anthropic.com/en/api/files-create
import { asJson, asText, type Json } from '../conversation.ts';
import { created, type Exchange } from '../exchange.ts';
import { Raw } from '../raw.ts';
import { asNumber, idFor, keptIn } from './kept.ts';

const example = { name: 'example.txt', bytes: 18, text: 'Kept by the mock.\n', purpose: 'user_data' };

export function createFile({ body }: Exchange): unknown {
  const kept = { ...asJson(body.file), purpose: asText(body.purpose) || 'user_data' };
  return openaiFile(kept);
}

export function listFiles(): unknown {
  const file = openaiFile(example);
  return { object: 'list', data: [file], has_more: false, first_id: file.id, last_id: file.id };
}

export function getFile({ body }: Exchange): unknown {
  return openaiFile(keptIn(body.id));
}

export function deleteFile({ body }: Exchange): unknown {
  return { id: body.id, object: 'file', deleted: true };
}

export function fileContent({ body }: Exchange): Raw {
  return new Raw('application/octet-stream', contentOf(keptIn(body.id)));
}

function openaiFile(kept: Json) {
  const { name, bytes, purpose } = kept;
  const id = idFor('file-', kept);
  return {
    id,
    object: 'file',
    bytes: asNumber(bytes),
    created_at: created,
    filename: name,
    purpose,
    status: 'processed',
  };
}

export function createClaudeFile({ body }: Exchange): unknown {
  return anthropicFile(asJson(body.file));
}

export function listClaudeFiles(): unknown {
  const file = anthropicFile(example);
  return { data: [file], has_more: false, first_id: file.id, last_id: file.id };
}

export function getClaudeFile({ body }: Exchange): unknown {
  return anthropicFile(keptIn(body.id));
}

export function deleteClaudeFile({ body }: Exchange): unknown {
  return { id: body.id, type: 'file_deleted' };
}

function anthropicFile(kept: Json) {
  return {
    id: idFor('file_', kept),
    type: 'file',
    filename: kept.name,
    mime_type: 'application/octet-stream',
    size_bytes: asNumber(kept.bytes),
    created_at: new Date(created * 1000).toISOString(),
    downloadable: true,
  };
}

/** Latin-1 keeps every byte apart; what was too long to be remembered has the right length. */
function contentOf(kept: Json): Buffer {
  const text = asText(kept.text);
  return text === '' ? Buffer.alloc(asNumber(kept.bytes), 'mock ') : Buffer.from(text, 'latin1');
}
