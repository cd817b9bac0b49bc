// Model lists in three shapes. The gateway answers these itself; they are here for those who talk to the mock directly.
import { created, type Exchange } from '../exchange.ts';

const ids = ['mock-echo', 'mock-slow', 'mock-tools', 'mock-truncated', 'mock-reset', 'mock-hang'];

export function openaiModels(): unknown {
  return { object: 'list', data: ids.map(openaiEntry) };
}

export function openaiModel({ model }: Exchange): unknown {
  return openaiEntry(model);
}

export function anthropicModels(): unknown {
  return { data: ids.map(anthropicEntry), has_more: false, first_id: ids[0], last_id: ids.at(-1) };
}

export function anthropicModel({ model }: Exchange): unknown {
  return anthropicEntry(model);
}

export function geminiModels(): unknown {
  return { models: ids.map(geminiEntry) };
}

export function geminiModel({ model }: Exchange): unknown {
  return geminiEntry(model);
}

function openaiEntry(id: string): object {
  return { id, object: 'model', created, owned_by: 'mock' };
}

function anthropicEntry(id: string): object {
  return { type: 'model', id, display_name: id, created_at: new Date(created * 1000).toISOString() };
}

function geminiEntry(id: string): object {
  const supportedGenerationMethods = ['generateContent', 'countTokens', 'embedContent'];
  return { name: `models/${id}`, baseModelId: id, version: '1', displayName: id, supportedGenerationMethods };
}
