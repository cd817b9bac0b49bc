// What an upstream's error text must not tell a client: whose account it was, with which credentials, at which address,
// for what price. The only place that decides it.

const topLevel = 'com|net|org|io|ai|dev|cloud|app|co|cn|eu|de|fr|uk|us|jp|ru|internal|intranet|local|lan|cluster|svc';

/**
 * In this order: an address may hold a key, and a key may look like a host. Each begins where a word does, so that a text
 * made to be slow to search is not.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  [/\b(?:https?|wss?|grpcs?|unix|tcp):\/\/[^\s"'`<>)\]}]*[^\s"'`<>)\]}.,;:!?]/gi, '[address]'],
  [/\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, '[key]'],
  [/\b(?:sk|pk|rk)-[\w*.…-]*[\w*]/g, '[key]'],
  [/\b(?:AIza|ya29\.|xai-|gsk_|hf_|nvapi-|AKIA|ASIA|ghp_|glpat-|fw_|csk-|pplx-|r8_|tgp_)[\w*.…-]*[\w*]/g, '[key]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){1,2}/g, '[key]'],
  // "Incorrect API key provided: …", "api_key=…", "x-api-key: …"
  [
    /\b((?:api|access|auth|subscription|secret)[ _-]?(?:key|token)|x-api-key|authorization|password|secret)((?: provided)?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;"']+[^\s,;."'])/gi,
    '$1$2[key]',
  ],
  // Long and of all kinds of characters, or long and hexadecimal: a key whose form is not known.
  [/\b[0-9a-f]{32,}\b/gi, '[key]'],
  [/(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{40,}/g, '[key]'],
  [/(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, '[email]'],
  [/\/?\/?\bprojects\/[\w.:@-]+(?:\/[\w.:@/-]*[\w])?/g, '[project]'],
  [/\bproject(_number:|_id:|:| |=)\s*['"]?(?:\d{6,}|[a-z][\w-]*-\d{3,})/gi, 'project$1[project]'],
  [/\borg-(?!wide\b|level\b|scoped\b)[A-Za-z0-9]+/g, '[organization]'],
  [/\b(?:proj|acct|wrkspc|cus)_[A-Za-z0-9]{6,}/g, '[account]'],
  [/\b(organi[sz]ation(?:'s)?(?: id)?[\s:(]+)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '$1[organization]'],
  [/(?:US)?[$€£¥]\s?\d[\d,]*(?:\.\d+)?/g, '[amount]'],
  [/\b\d[\d,]*(?:\.\d+)?\s?(?:USD|EUR|GBP|CNY|RMB|JPY)\b/g, '[amount]'],
  [
    new RegExp(
      String.raw`(?<![\w@.-])(?:[a-z0-9](?:[\w-]*\w)?\.)+(?:${topLevel})(?![\w-])(?::\d+)?(?:/[\w./-]*\w)?`,
      'gi',
    ),
    '[address]',
  ],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b(?::\d+)?/g, '[address]'],
  [/\[[0-9a-f]*:[0-9a-f:]+\](?::\d+)?/gi, '[address]'],
  [/\blocalhost\b(?::\d+)?/gi, '[address]'],
  [/(?<![\w.-])(?=[a-z]\w*[.-])[\w.-]+:\d{2,5}\b/gi, '[address]'],
];

export function redact(text: string): string {
  let clean = text;
  for (const [pattern, instead] of rules) clean = clean.replace(pattern, instead);
  return clean;
}
