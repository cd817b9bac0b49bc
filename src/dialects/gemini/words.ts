// This API's names for what a request can say.
import type { Traits, Words } from '../../core/index.ts';

const part = 'contents[].parts[]';

export const words: Words = {
  fields: {
    tools: 'tools',
    toolChoice: 'toolConfig.functionCallingConfig',
    maxOutputTokens: 'generationConfig.maxOutputTokens',
    answers: 'generationConfig.candidateCount',
    temperature: 'generationConfig.temperature',
    topP: 'generationConfig.topP',
    topK: 'generationConfig.topK',
    stop: 'generationConfig.stopSequences',
    seed: 'generationConfig.seed',
    frequencyPenalty: 'generationConfig.frequencyPenalty',
    presencePenalty: 'generationConfig.presencePenalty',
    logprobs: 'generationConfig.responseLogprobs',
    reasoning: 'generationConfig.thinkingConfig',
    format: 'generationConfig.responseMimeType',
    serviceTier: 'serviceTier',
    'reasoning.effort': 'generationConfig.thinkingConfig.thinkingLevel',
    'reasoning.budget': 'generationConfig.thinkingConfig.thinkingBudget',
    'reasoning.summary': 'generationConfig.thinkingConfig.includeThoughts',
    'format.schema': 'generationConfig.responseJsonSchema',
    'toolChoice.allowed': 'toolConfig.functionCallingConfig.allowedFunctionNames',
    tool: 'tools[]',
    'tool.parameters': 'tools[].functionDeclarations[].parametersJsonSchema',
    'webSearch.blockedDomains': 'tools[].googleSearch.excludeDomains',
    turn: 'contents[]',
    part,
    'media.name': `${part}.inlineData.displayName`,
    'reasoning.text': `${part}.thought`,
    opaque: `${part}.thoughtSignature`,
    toolCall: `${part}.functionCall`,
    'toolCall.arguments': `${part}.functionCall.args`,
    toolResult: `${part}.functionResponse`,
    'toolResult.isError': `${part}.functionResponse.response.error`,
    'toolResult.media': `${part}.functionResponse.parts`,
  },
  places: {
    request: '',
    turn: 'contents[]',
    part,
    tool: 'tools[]',
    format: 'generationConfig',
    toolChoice: 'toolConfig.functionCallingConfig',
    citation: 'groundingMetadata',
  },
};

export const traits: Traits = {
  // The API itself takes 128 letters; older models and the vendor's other platform take 64.
  toolName: { pattern: /^[a-zA-Z0-9_.:-]+$/, longest: 64 },
  callId: { pattern: /^[\s\S]+$/, longest: 64 },
  customTools: false,
  namespaces: false,
  opaqueOn: ['reasoning', 'text', 'tool-call'],
  manyAnswers: true,
};
