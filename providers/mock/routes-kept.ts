// What is answered where, of things an account keeps and of media. `id` is what stands in the path.
import { anthropicMessages } from './dialects/anthropic-messages.ts';
import { gemini } from './dialects/gemini.ts';
import { openaiErrors } from './dialects/openai-errors.ts';
import { speech, transcriptions } from './operations/audio.ts';
import * as batches from './operations/batches.ts';
import * as files from './operations/files.ts';
import { imageEdits, images } from './operations/images.ts';
import * as uploads from './operations/uploads.ts';
import { chat, plain, type Row } from './route.ts';

export const mediaRows: readonly Row[] = [
  ['POST', /\/images\/generations$/, chat(images)],
  ['POST', /\/images\/(?:edits|variations)$/, chat(imageEdits)],
  ['POST', /\/audio\/speech$/, plain(openaiErrors, speech)],
  ['POST', /\/audio\/(?:transcriptions|translations)$/, chat(transcriptions)],
];

export const keptRows: readonly Row[] = [
  ['POST', /^\/upload\/v1beta\/files$/, plain(gemini, uploads.geminiUpload)],
  ['PUT', /^\/upload\/v1beta\/files$/, plain(gemini, uploads.geminiUpload)],
  ['GET', /^\/v1beta\/files$/, plain(gemini, uploads.geminiListFiles)],
  ['GET', /^\/v1beta\/(?<id>files\/[^/:]+)$/, plain(gemini, uploads.geminiGetFile)],
  ['DELETE', /^\/v1beta\/files\/[^/:]+$/, plain(gemini, uploads.geminiDeleteFile)],
  ['POST', /\/messages\/batches$/, plain(anthropicMessages, batches.createClaudeBatch)],
  ['GET', /\/messages\/batches$/, plain(anthropicMessages, batches.listClaudeBatches)],
  ['GET', /\/messages\/batches\/(?<id>[^/]+)$/, plain(anthropicMessages, batches.getClaudeBatch)],
  ['DELETE', /\/messages\/batches\/(?<id>[^/]+)$/, plain(anthropicMessages, batches.deleteClaudeBatch)],
  ['POST', /\/messages\/batches\/(?<id>[^/]+)\/cancel$/, plain(anthropicMessages, batches.cancelClaudeBatch)],
  ['GET', /\/messages\/batches\/(?<id>[^/]+)\/results$/, plain(anthropicMessages, batches.claudeResults)],
  ['POST', /\/batches$/, plain(openaiErrors, batches.createBatch)],
  ['GET', /\/batches$/, plain(openaiErrors, batches.listBatches)],
  ['GET', /\/batches\/(?<id>[^/]+)$/, plain(openaiErrors, batches.getBatch)],
  ['POST', /\/batches\/(?<id>[^/]+)\/cancel$/, plain(openaiErrors, batches.cancelBatch)],
  ['POST', /\/files$/, plain(openaiErrors, files.createFile)],
  ['GET', /\/files$/, plain(openaiErrors, files.listFiles)],
  ['GET', /\/files\/(?<id>[^/]+)$/, plain(openaiErrors, files.getFile)],
  ['DELETE', /\/files\/(?<id>[^/]+)$/, plain(openaiErrors, files.deleteFile)],
  ['GET', /\/files\/(?<id>[^/]+)\/content$/, plain(openaiErrors, files.fileContent)],
];

/** Files as Anthropic has them, at the same paths; which are meant is told by a header. */
export const claudeRows: readonly Row[] = [
  ['POST', /\/files$/, plain(anthropicMessages, files.createClaudeFile)],
  ['GET', /\/files$/, plain(anthropicMessages, files.listClaudeFiles)],
  ['GET', /\/files\/(?<id>[^/]+)$/, plain(anthropicMessages, files.getClaudeFile)],
  ['DELETE', /\/files\/(?<id>[^/]+)$/, plain(anthropicMessages, files.deleteClaudeFile)],
];
