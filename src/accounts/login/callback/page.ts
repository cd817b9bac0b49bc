// What the browser shows at the end of a login: plain, of itself alone, and nothing in it that came with the request.
import type { ServerResponse } from 'node:http';

export type Verdict = 'done' | 'denied' | 'failed' | 'wrong-state' | 'no-answer' | 'not-found' | 'wrong-host';

const pages: Readonly<Record<Verdict, readonly [status: number, title: string, text: string]>> = {
  done: [200, 'Signed in', 'Portico has what it needs. You can close this page and go back.'],
  denied: [
    200,
    'Not signed in',
    'Consent was refused. You can close this page; start the login again to try once more.',
  ],
  failed: [
    200,
    'Not signed in',
    'The login came to nothing. You can close this page; where you started it the reason is told.',
  ],
  'wrong-state': [
    400,
    'Another login',
    'This answer belongs to another login. Open the address of the login that waits.',
  ],
  'no-answer': [400, 'No answer', 'There is no answer of a login in this address.'],
  'not-found': [404, 'Not found', 'Only the callback of a login is here.'],
  'wrong-host': [421, 'Not here', 'This address leads to a login on this computer under another name.'],
};

/** Resolves when it is on its way, or the browser has gone. */
export function sendPage(response: ServerResponse, verdict: Verdict): Promise<void> {
  // It has left while its answer was waited for: nothing that is written now would ever be done.
  if (response.destroyed) return Promise.resolve();
  const [status, title, text] = pages[verdict];
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title} - Portico</title></head>
<body><h1>${title}</h1><p>${text}</p></body></html>
`;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  return new Promise((sent) => {
    response.once('close', sent);
    response.end(html, sent);
  });
}
