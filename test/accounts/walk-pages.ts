// Goes through a vendor's pages of sign-in and consent as a person with a browser does: follows redirects, keeps cookies, fills
// forms in and sends them. The redirect that leaves for the callback is not followed.
export interface Walk {
  /** Who signs in. */
  readonly account?: string;
  /** Refuses consent. */
  readonly deny?: boolean;
}

const mostSteps = 25;

export async function walkPages(start: string, { account = 'ada', deny = false }: Walk): Promise<string> {
  const { origin } = new URL(start);
  let refused = false;
  const cookies = new Map<string, string>();
  let step: { url: string; form?: URLSearchParams } = { url: start };
  for (let count = 0; count < mostSteps; count += 1) {
    const response = await fetch(step.url, {
      method: step.form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(step.form === undefined ? {} : { body: step.form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const html = await response.text();
    if (location !== null) {
      const url = new URL(location, step.url);
      if (url.origin !== origin) return url.href;
      step = { url: url.href };
      continue;
    }
    const next = formIn(html, step.url, account, deny);
    // After a refusal the device pages begin anew.
    if (next === undefined || refused) return step.url;
    if (response.status >= 400) throw new Error(`${step.url} answered with ${response.status}: ${html.slice(0, 500)}`);
    refused = next.url.endsWith('/abort');
    step = next;
  }
  throw new Error(`the pages of ${start} have no end`);
}

function formIn(html: string, at: string, account: string, deny: boolean) {
  const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/i.exec(html);
  if (form === null) return undefined;
  const [, action = '', inside = ''] = form;
  const abort = /href="([^"]*\/abort)"/i.exec(html)?.[1];
  if (deny && abort !== undefined) return { url: new URL(abort, at).href };
  const fields = new URLSearchParams();
  for (const [input] of inside.matchAll(/<input\b[^>]*>/gi)) {
    const name = /\bname="([^"]*)"/i.exec(input)?.[1];
    if (name !== undefined) fields.set(name, /\bvalue="([^"]*)"/i.exec(input)?.[1] ?? account);
  }
  return { url: new URL(action, at).href, form: fields };
}
