// The body of a request with what its rules make of the texts in it. Members of the top level in which nothing matches are
// the same afterwards.
import type { JsonObject } from 'portico';
import type { Found, Rules } from '../text/passage.ts';
import { changedMembers, isObject, TreePass } from './passed-tree.ts';

/** Members that hold what somebody says, in any dialect and operation. */
const spoken = new Set([
  'messages',
  'input',
  'instructions',
  'system',
  'prompt',
  'suffix',
  'contents',
  'content',
  'systemInstruction',
  'system_instruction',
  'query',
  'documents',
]);
/** Requests within a request: `batchEmbedContents`, `countTokens`, batches. */
const wrapped = new Set(['requests', 'generateContentRequest', 'params', 'request']);

/** `most`: characters that are looked into. Throws `content-blocked`. */
export function passedBody(body: JsonObject, rules: Rules, found: Found, most = Number.POSITIVE_INFINITY): JsonObject {
  return within(body, new TreePass(rules, found, most));
}

function within(body: JsonObject, pass: TreePass): JsonObject {
  return changedMembers(body, (name, value) => {
    if (spoken.has(name)) return pass.message(value);
    if (!wrapped.has(name)) return value;
    if (isObject(value)) return within(value, pass);
    if (!Array.isArray(value)) return value;
    const changed = value.map((each) => (isObject(each) ? within(each, pass) : each));
    return changed.some((each, at) => each !== value[at]) ? changed : value;
  });
}
