// What a sealed credential file looks like: `{ "vault": 1, "kid": "…", "jwe": "…" }` and nothing else. The payload is a JWE
// (RFC 7516) in compact form: `dir` and A256GCM, its header bound to the id of the key.
import { isTree } from '../../read/tree.ts';

export interface Sealed {
  /** Id of the key it was sealed with. */
  readonly kid: string;
  readonly jwe: string;
}

/** Why a file is not opened. `wrong-key` is the operator's to mend; `tampered` and `damaged` files are lost. */
export type VaultProblem = 'no-vault' | 'wrong-key' | 'tampered' | 'damaged';

export class VaultError extends Error {
  readonly problem: VaultProblem;
  /** Id of the key that is missing. */
  readonly kid: string | undefined;

  constructor(problem: VaultProblem, message: string, kid?: string) {
    super(message);
    this.name = 'VaultError';
    this.problem = problem;
    this.kid = kid;
  }
}

const version = 1;

/** Undefined for a text that is not sealed. Throws VaultError for one that is, and is not right. */
export function sealedIn(text: string): Sealed | undefined {
  // Most files are not: they are not parsed twice for that.
  if (!/"(vault|jwe)"\s*:/.test(text)) return undefined;
  const value = parsed(text);
  if (!isTree(value) || (typeof value.vault !== 'number' && typeof value.jwe !== 'string')) return undefined;
  const { vault, kid, jwe, ...rest } = value;
  if (typeof vault === 'number' && vault > version && Number.isInteger(vault)) {
    throw new VaultError('damaged', `it is sealed in form ${vault}, which this version does not know`);
  }
  if (vault !== version || typeof kid !== 'string' || !/^[0-9a-f]{12}$/.test(kid) || typeof jwe !== 'string') {
    throw new VaultError('damaged', 'it was sealed once and is damaged: take it from a backup, or sign in again');
  }
  if (Object.keys(rest).length > 0) {
    const message =
      'it is sealed, and somebody has added to it: settings belong inside (`portico accounts vault open`)';
    throw new VaultError('damaged', message);
  }
  if (!jwe.startsWith(`${headerOf(kid)}..`) || !isCanonical(jwe)) throw tampered();
  return { kid, jwe };
}

export function writeSealed({ kid, jwe }: Sealed): string {
  return `${JSON.stringify({ vault: version, kid, jwe }, null, 2)}\n`;
}

export function tampered(): VaultError {
  return new VaultError(
    'tampered',
    'it was changed since it was sealed, though the key is the right one: take it from a backup, or sign in again',
  );
}

/** The protected header, always these bytes: no other algorithm can be smuggled in. */
export function protectedHeader(kid: string) {
  return { alg: 'dir', enc: 'A256GCM', kid };
}

function headerOf(kid: string): string {
  return Buffer.from(JSON.stringify(protectedHeader(kid))).toString('base64url');
}

/** No other text means the same bytes: what is not as it was sealed is refused, to the last bit. */
function isCanonical(jwe: string): boolean {
  const parts = jwe.split('.');
  return parts.length === 5 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
