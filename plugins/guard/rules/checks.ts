// What a pattern cannot say of a number: check digits, ranges, neighbours. Each says how many characters from the start of
// what matched are the thing; 0 for none.
import { isIPv6 } from 'node:net';

/** `next` is the character behind the match, '' at the end of the text. */
export type Accept = (text: string, previous: string, next: string) => number;

const word = /^[0-9A-Za-z_]$/;

/** ISO/IEC 7812-1: every second digit from the right is doubled. */
export const luhn: Accept = (text) => {
  let sum = 0;
  let double = false;
  for (let at = text.length - 1; at >= 0; at--) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum > 0 && sum % 10 === 0 ? text.length : 0;
};

/** Lengths by country, from the IBAN registry of SWIFT. */
const ibanLengths = new Map(
  (
    'NO15 BE16 DK18 FI18 FO18 GL18 NL18 SD18 FK18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 MN20 CH21 HR21 LI21 LV21 BG22 BH22 ' +
    'CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 TN24 ' +
    'VG24 LY25 PT25 ST25 IS26 TR26 BI27 DJ27 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HU28 LB28 NI28 PL28 SV28 ' +
    'BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 RU33'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** ISO 13616: as long as its country's are, and 1 modulo 97. Words behind it may have matched too. */
export const iban: Accept = (text) => {
  const length = ibanLengths.get(text.slice(0, 2)) ?? 0;
  let compact = '';
  let at = 0;
  for (; at < text.length && compact.length < length; at++) compact += text[at] === ' ' ? '' : text[at];
  const ends = at === text.length || text[at] === ' ';
  return length > 0 && compact.length === length && ends && modulo97(compact) === 1 ? at : 0;
};

function modulo97(compact: string): number {
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** Numbers the Social Security Administration never gives out are none. */
export const ssn: Accept = (text) => {
  const [area = '', group = '', serial = ''] = text.split('-');
  const given = area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
  return given ? text.length : 0;
};

/** E.164: at most 15 digits. */
export const phone: Accept = (text) => {
  const digits = text.replace(/\D/g, '').length;
  return digits >= 8 && digits <= 15 ? text.length : 0;
};

/** Not `std::vector`, nor `::`: it has a digit, and no word runs on before or behind it. */
export const ipv6: Accept = (text, previous, next) => {
  if (word.test(previous) || previous === ':') return 0;
  const address = !isIPv6(text) && text.endsWith(':') ? text.slice(0, -1) : text;
  const behind = address.length < text.length ? '' : next;
  return isIPv6(address) && /\d/.test(address) && !word.test(behind) ? address.length : 0;
};
