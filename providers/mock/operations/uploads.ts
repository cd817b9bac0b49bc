// Gemini's resumable upload: the first request is answered with the address for the bytes, the second brings them.
// https://ai.google.dev/api/files
import { asJson, asText, type Json } from '../conversation.ts';
import { created, type Exchange } from '../exchange.ts';
import { Raw } from '../raw.ts';
import { asNumber, idFor, keptIn } from './kept.ts';

const origin = 'http://mock.invalid';

/** `query` are the parameters of the address. */
export function geminiUpload({ body }: Exchange): unknown {
  const { upload_id: started } = asJson(body.query);
  if (started !== undefined) {
    const kept = { ...keptIn(started), bytes: asNumber(asJson(body.file).bytes) };
    const headers = { 'x-goog-upload-status': 'final' };
    return new Raw('application/json', JSON.stringify({ file: geminiFile(kept) }), headers);
  }
  const { displayName = '', mimeType = 'application/octet-stream' } = asJson(body.file);
  const id = idFor('up-', { name: displayName, type: mimeType });
  return new Raw('application/json', '{}', {
    'x-goog-upload-status': 'active',
    'x-goog-upload-url': `${origin}/upload/v1beta/files?upload_id=${id}&upload_protocol=resumable`,
  });
}

export function geminiGetFile({ body }: Exchange): unknown {
  return geminiFile(keptIn(body.id));
}

export function geminiListFiles(): unknown {
  return { files: [geminiFile({ name: 'example.txt', type: 'text/plain', bytes: 18 })] };
}

export function geminiDeleteFile(): unknown {
  return {};
}

function geminiFile(kept: Json) {
  const name = idFor('files/', kept);
  const stamp = new Date(created * 1000).toISOString();
  return {
    name,
    displayName: asText(kept.name),
    mimeType: asText(kept.type),
    sizeBytes: String(asNumber(kept.bytes)),
    createTime: stamp,
    updateTime: stamp,
    uri: `${origin}/v1beta/${name}`,
    state: 'ACTIVE',
  };
}
