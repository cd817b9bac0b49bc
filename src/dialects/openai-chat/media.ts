// Images and audio: forms where a file is sent, bytes or event streams where one is answered.
// https://platform.openai.com/docs/api-reference/images and /audio
import type { Endpoint, Operation } from '../../core/index.ts';

export const media: readonly Endpoint[] = [
  post('images', '/images/generations', { stream: 'body' }),
  post('image-edits', '/images/edits', { stream: 'body', body: 'form' }),
  post('image-variations', '/images/variations', { stream: 'never', body: 'form' }),
  // A stream is asked for by `stream_format` here; the answer's content type tells.
  post('speech', '/audio/speech', { stream: 'never' }),
  post('transcriptions', '/audio/transcriptions', { stream: 'body', body: 'form' }),
  post('translations', '/audio/translations', { stream: 'never', body: 'form' }),
];

function post(operation: Operation, path: string, more: Pick<Endpoint, 'stream' | 'body'>): Endpoint {
  return { operation, method: 'POST', path, upstream: path, ...more };
}
