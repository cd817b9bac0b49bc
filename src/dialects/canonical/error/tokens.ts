// How long the prompt was and how long it may be, in the words of many vendors.

export interface Tokens {
  readonly given: number;
  readonly allowed: number;
}

const number = String.raw`(\d[\d,_]*)`;

/** Each with the groups `given` and `allowed`. */
const wordings: readonly RegExp[] = [
  // Anthropic
  wording('{given} tokens? > {allowed}'),
  // Gemini
  wording(String.raw`token count \(?{given}\)? exceeds the maximum number of tokens allowed \(?{allowed}`),
  // OpenAI, vLLM, DeepSeek, OpenRouter, xAI
  wording(
    String.raw`maximum (?:context|prompt|input) length (?:is|of) {allowed}(?: tokens)?[^\d]{1,60}(?:requested|resulted in|contains?|has)(?: about| at least)? {given}`,
  ),
  // Mistral
  wording('prompt contains {given} tokens.{0,60}?with {allowed} maximum'),
  // llama.cpp and its kin
  wording(String.raw`requested tokens \({given}\) exceed context window of {allowed}`),
  wording(String.raw`\({given} tokens\) exceeds the available context size \({allowed}`),
  // Cohere
  wording('cannot exceed {allowed} - received {given}'),
  // Hugging Face, Together
  wording('must (?:be|have) (?:<=|less than) {allowed}.{0,40}?given:? {given}'),
  wording('input length {given} exceeds (?:the )?(?:maximum|context)[^\\d]{0,40}{allowed}'),
];

/** Anthropic: prompt and output together. */
const together = new RegExp(`exceed context limit: ${number} \\+ ${number} > ${number}`, 'i');

export function tokensIn(text: string): Tokens | undefined {
  const sum = together.exec(text);
  if (sum !== null) return { given: count(sum[1]) + count(sum[2]), allowed: count(sum[3]) };
  for (const pattern of wordings) {
    const groups = pattern.exec(text)?.groups;
    if (groups !== undefined) return { given: count(groups.given), allowed: count(groups.allowed) };
  }
  return undefined;
}

function wording(text: string): RegExp {
  const named = (name: string) => `(?<${name}>${number.slice(1, -1)})`;
  return new RegExp(text.replace('{given}', named('given')).replace('{allowed}', named('allowed')), 'is');
}

function count(text: string | undefined): number {
  return Number((text ?? '').replace(/[,_]/g, ''));
}
