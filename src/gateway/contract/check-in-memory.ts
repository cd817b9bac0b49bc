// A provider that answers in memory: there is no request to look at, so its answers are.
import { isUsual } from '../../dialects/operations.ts';
import { type Case, requestOf, sendingOf } from './cases.ts';
import { readAll } from './check-stream.ts';
import { type CheckResult, differs, resultOf, type Wrong } from './result.ts';
import type { Rig } from './rig.ts';

export async function checkInMemory(rig: Rig, tried: Case): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  if (tried.stream !== 'always') {
    const { status, body } = await rig.send({ ...sendingOf(tried, requestOf(tried, false)), path: tried.path });
    // Speech and the content of a file may be anything.
    const wrong = differs('the status', 200, status) ?? (isUsual(tried.operation) ? notJson(body) : undefined);
    results.push(resultOf(`${tried.name}: answer`, wrong));
  }
  if (tried.stream !== 'never' && tried.sample.events !== undefined) {
    const path = tried.stream === 'always' ? `${tried.path}?alt=sse` : tried.path;
    const { status, body, record } = await rig.send({ method: 'POST', path, body: requestOf(tried, true) });
    const wrong =
      differs('the status', 200, status) ?? wrongEnd(tried, body) ?? differs('the outcome', 'ok', record.outcome);
    results.push(resultOf(`${tried.name}: stream`, wrong));
  }
  return results;
}

function notJson(body: string): Wrong {
  try {
    JSON.parse(body);
    return undefined;
  } catch {
    return `the answer is not JSON: ${body.slice(0, 200)}`;
  }
}

function wrongEnd(tried: Case, body: string): Wrong {
  const meanings = readAll(tried, body);
  const error = meanings.find((meaning) => meaning.error !== undefined)?.error;
  if (error !== undefined) return `the stream holds an error: ${error}`;
  return meanings.some(({ terminal }) => terminal) ? undefined : 'the stream has no end';
}
