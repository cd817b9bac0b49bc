// The client's headers as the upstream shall see them.
import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from 'portico';
import type { Changes } from './rules.ts';

/** A copy: remove, then set, then add. A header whose placeholder has no value is not sent, nor is the client's own. */
export function changeRequest(
  sent: IncomingHttpHeaders,
  { remove, set, add }: Changes,
  model: string | undefined,
  call: Call,
): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = { ...sent };
  for (const name of remove) delete headers[name];
  for (const [name, value] of set) {
    const filled = value.fill(call, model);
    if (filled === undefined) delete headers[name];
    else headers[name] = filled;
  }
  for (const [name, value] of add) {
    const filled = value.fill(call, model);
    if (filled !== undefined) headers[name] = headers[name] === undefined ? filled : `${headers[name]}, ${filled}`;
  }
  const own = new Set([...set, ...add].map(([name]) => name));
  if (sent.connection !== undefined) headers.connection = without(sent.connection, own);
  return headers;
}

/** A client that lists a header under Connection has it dropped on the way: not one that is set here. */
function without(connection: string, names: ReadonlySet<string>): string {
  const listed = connection.split(',').map((name) => name.trim());
  return listed.filter((name) => !names.has(name.toLowerCase())).join(', ');
}
