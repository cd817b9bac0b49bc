// POST /plan: what saving a configuration would change. The body is the text of the main file, or, as `application/json`,
// `{"files": {"gateway.yaml": "…", "conf.d/team.yaml": null}}`: files by their path from the main one's directory, null for
// one to be deleted. What is not named stays as it is on disk. Secrets are masked; nothing changes.
import type Router from '@koa/router';
import { parseJson, readText } from '../body.ts';
import type { ControlPlane } from '../plane.ts';
import { Refusal } from '../refuse.ts';

export function plan(router: Router, plane: ControlPlane): void {
  router.post('/plan', async function plan(ctx) {
    const text = await readText(ctx.req);
    const files = ctx.is('application/json') === false ? undefined : filesOf(parseJson(text));
    ctx.body = await plane.plan(files ?? { '': text });
  });
}

/** Undefined for a main file that is written in JSON. */
function filesOf(body: unknown): Readonly<Record<string, string | null>> | undefined {
  if (typeof body !== 'object' || body === null || !('files' in body)) return undefined;
  const { files } = body;
  if (typeof files === 'object' && files !== null) {
    const entries = Object.entries(files);
    if (entries.length > 0 && entries.every(isFile)) return Object.fromEntries(entries);
  }
  throw new Refusal(
    400,
    'invalid-request',
    'Send "files" as an object: path -> text, or null for a file to be deleted.',
  );
}

function isFile(entry: [string, unknown]): entry is [string, string | null] {
  return entry[0] !== '' && (typeof entry[1] === 'string' || entry[1] === null);
}
