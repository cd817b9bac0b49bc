// What a person pasted -> the parameters of a callback: a whole address, its query, or `code#state` as some vendors show it.

/** Undefined where there is nothing of a callback in it. */
export function readCallback(pasted: string): URLSearchParams | undefined {
  const text = pasted
    .trim()
    .replace(/^(["'<])(.*)(["'>])$/s, '$2')
    .trim();
  const query = /[?&]/.test(text) || /^(code|error|state)=/.test(text) ? queryIn(text) : undefined;
  if (query !== undefined) return query;
  const [, code, state] = /^([^\s#]+)#([^\s#]+)$/.exec(text) ?? [];
  return code === undefined || state === undefined || code.includes('://')
    ? undefined
    : new URLSearchParams({ code, state });
}

/** Browsers leave `http://` out of what they show; a fragment is theirs, not the vendor's. */
function queryIn(text: string): URLSearchParams | undefined {
  const query = new URLSearchParams(text.slice(text.indexOf('?') + 1).replace(/#.*$/s, ''));
  return isAnswer(query) ? query : undefined;
}

/** A code, or an error in its place. */
export function isAnswer(parameters: URLSearchParams): boolean {
  return ['code', 'error'].some((name) => (parameters.get(name) ?? '') !== '');
}
