// What the guard knows by itself. A pattern of RE2, and where that is not enough a check of what it found.
import { type Accept, iban, ipv6, luhn, phone, ssn } from './checks.ts';

export interface Kind {
  readonly pattern: string;
  readonly accept?: Accept;
  /** What every match holds: where a text has none of it, which is seen at once, nothing else need be looked for. */
  readonly hint?: RegExp;
}

const byte = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

/** Prefixes that vendors gave their keys so that they can be found. */
const keys = [
  'sk-[A-Za-z0-9_-]{20,}',
  '[sr]k_(?:live|test)_[A-Za-z0-9]{16,}',
  '(?:AKIA|ASIA)[0-9A-Z]{16}\\b',
  'AIza[0-9A-Za-z_-]{35}',
  'gh[pousr]_[A-Za-z0-9]{36,}',
  'github_pat_[A-Za-z0-9_]{22,}',
  'glpat-[A-Za-z0-9_-]{20,}',
  'xox[abeprs]-[A-Za-z0-9-]{10,}',
  'hf_[A-Za-z0-9]{30,}',
  'npm_[A-Za-z0-9]{36}',
  'xai-[A-Za-z0-9]{40,}',
  'gsk_[A-Za-z0-9]{40,}',
];

export const kinds = {
  email: { pattern: '[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\\.)+[A-Za-z]{2,}', hint: /@/ },
  phone: {
    // With a country's code, or written as in North America.
    pattern:
      '\\+\\d{1,3}[ .-]?(?:\\(\\d{1,4}\\)[ .-]?)?\\d{1,4}(?:[ .-]?\\d{2,4}){1,4}\\b|(?:\\(\\d{3}\\) ?|\\b\\d{3}[ .-])\\d{3}[ .-]\\d{4}\\b',
    accept: phone,
    hint: /\+\d|\d{3}\)? ?[ .-]?\d{3}[ .-]\d{4}/,
  },
  'credit-card': {
    pattern: '\\b(?:\\d{13,19}|\\d{4}[ -]\\d{4}[ -]\\d{4}[ -]\\d{4}(?:[ -]\\d{3})?|\\d{4}[ -]\\d{6}[ -]\\d{4,5})\\b',
    accept: luhn,
    hint: /\d{4}/,
  },
  iban: {
    pattern: '\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\\b',
    accept: iban,
    hint: /[A-Z]{2}\d{2}/,
  },
  ipv4: { pattern: `\\b(?:${byte}\\.){3}${byte}\\b`, hint: /\d\.\d/ },
  ipv6: {
    pattern: '[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:\\.\\d{1,3}){0,3}',
    accept: ipv6,
    hint: /:[0-9A-Fa-f]{0,4}:/,
  },
  'us-ssn': { pattern: '\\b\\d{3}-\\d{2}-\\d{4}\\b', accept: ssn, hint: /-\d{2}-/ },
  'api-key': {
    pattern: `\\b(?:${keys.join('|')})`,
    hint: /sk-|[sr]k_|A[KS]IA|AIza|gh[pousr]_|github_|glpat-|xox|hf_|npm_|xai-/,
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
