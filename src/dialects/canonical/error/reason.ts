// Which of the reasons clients know an upstream's error is. The order: words that mean one thing only, then the text,
// then the status, then words that vendors use for anything.
import type { FaultReason } from '../../../core/index.ts';

/** Codes and types, in lower case without `-`, `_` and blanks; they say what it is whatever the status. */
const telling: Readonly<Record<string, FaultReason>> = {
  ...named(
    'context-length',
    'contextlengthexceeded contextwindowexceeded modelcontextwindowexceeded toomanyprompttokens',
  ),
  ...named('context-length', 'exceedcontextsizeerror contextlengthexceedederror'),
  ...named('unsupported-parameter', 'unsupportedparameter unknownparameter unsupportedvalue'),
  ...named('content-policy', 'contentpolicyviolation contentfilter moderationblocked responsibleaipolicyviolation'),
  ...named('content-policy', 'datainspectionfailed invalidprompt contentpolicy contentmoderation'),
  ...named('credentials', 'apikeyinvalid invalidapikey authenticationerror unauthenticated invalidauthentication'),
  ...named('credentials', 'accountdeactivated invalidxapikey missingapikey'),
  ...named('quota', 'insufficientquota billingerror billinghardlimitreached billingnotactive insufficientbalance'),
  ...named('quota', 'paymentrequired creditbalanceexhausted organizationspendlimitexceeded projectspendlimitexceeded'),
  ...named('quota', 'organizationusagelimitexceeded arrearage'),
  ...named('forbidden', 'unsupportedcountryregionterritory'),
  ...named(
    'unknown-model',
    'modelnotfound modelnotsupported unknownmodel invalidmodel modelnotexist deploymentnotfound',
  ),
  ...named('too-large', 'requesttoolarge'),
  ...named(
    'rate-limit',
    'ratelimitexceeded ratelimitreached ratelimiterror resourceexhausted toomanyrequests slowdown',
  ),
  ...named('overloaded', 'overloadederror serverisoverloaded engineoverloaded engineoverloadederror'),
};

/** What these mean is known without a status only: some vendors call any error `api_error`. */
const vague: Readonly<Record<string, FaultReason>> = {
  ...named('forbidden', 'permissiondenied permissionerror forbidden'),
  ...named('not-found', 'notfound notfounderror'),
  ...named('conflict', 'aborted conflict conflicterror alreadyexists'),
  ...named('overloaded', 'unavailable serviceunavailable serviceunavailableerror'),
  ...named('timeout', 'deadlineexceeded timeouterror timeout requesttimeout cancelled'),
  ...named('rate-limit', 'requests tokens'),
  ...named(
    'server',
    'apierror servererror internal internalerror internalservererror unknown dataloss vectorstoretimeout',
  ),
  ...named('invalid-request', 'invalidrequesterror invalidargument failedprecondition outofrange badrequest'),
  ...named('invalid-request', 'validationerror invalidvalue missingrequiredparameter'),
};

const statuses: Readonly<Record<number, FaultReason>> = {
  401: 'credentials',
  402: 'quota',
  403: 'forbidden',
  404: 'not-found',
  407: 'forbidden',
  408: 'timeout',
  409: 'conflict',
  413: 'too-large',
  429: 'rate-limit',
  499: 'timeout',
  503: 'overloaded',
  504: 'timeout',
  524: 'timeout',
  529: 'overloaded',
};

interface Wording {
  readonly reason: FaultReason;
  /** Of the statuses with which the words mean it; undefined stands for a status not known. */
  readonly at: (status: number | undefined) => boolean;
  readonly words: RegExp;
}

const ofRequest = (status: number | undefined) =>
  status === undefined || [400, 413, 422].includes(status) || status >= 500;
const refused = (status: number | undefined) => status === undefined || [400, 403, 422].includes(status);
const asked = (status: number | undefined) => status === undefined || [400, 422].includes(status);
const anyStatus = () => true;

const wordings: readonly Wording[] = [
  {
    reason: 'credentials',
    at: asked,
    words:
      /(incorrect|invalid|expired|missing) (x-)?api[ -]?key|api[ -]?key (is )?(not valid|invalid|expired)|invalid x-api-key/i,
  },
  {
    // What is said about tokens with 429 is about tokens per minute.
    reason: 'context-length',
    at: ofRequest,
    words:
      /maximum context length|(context|prompt|input|sequence)[ _-](length|window|size|limit)[^.]{0,60}(exceed|too long|limit of)|exceed[^.]{0,60}context[ _-](window|length|size|limit)|(prompt|input|messages) (is |are )?too long|exceeds the maximum number of tokens|too many (prompt |input )?tokens|prompt contains \d+ tokens|maximum (prompt|input) length|range of input length|reduce the length of the (messages|prompt|input)/i,
  },
  {
    reason: 'quota',
    at: anyStatus,
    words:
      /insufficient (balance|credits?|funds|quota)|credit balance is too low|out of credits|credits? (are|is|have been) (depleted|exhausted)|payment required|requires more credits|billing (hard )?limit/i,
  },
  {
    reason: 'content-policy',
    at: refused,
    words:
      /content[ _-](management |usage )?(policy|filter|moderation)|responsible ai|usage polic|safety (system|polic|filter)|flagged|sensitive words|inappropriate content/i,
  },
  { reason: 'forbidden', at: refused, words: /(country|region|location)[^.]{0,40}not (supported|available)/i },
  {
    reason: 'unsupported-parameter',
    at: asked,
    words:
      /unsupported parameter|unrecognized request argument|unknown (name|parameter|field)|(extra|additional) (inputs|fields|properties) (are )?not (permitted|allowed)|does not support (the )?parameter|parameter .{1,60} is not supported/i,
  },
  {
    reason: 'unknown-model',
    at: (status) => status === undefined || [400, 404, 422].includes(status),
    words:
      /model\b[^.]{0,120}(not found|does not exist|not exist|is not supported for|unknown)|no such model|unknown model|^model: |models\/\S+ is not found|unsupported model/i,
  },
  {
    reason: 'overloaded',
    at: (status) => status === undefined || status >= 500,
    words: /overloaded|at capacity|no capacity/i,
  },
];

/** OpenAI's text for money used up; Google's for a rate, which its status name tells apart. */
const usedUp = /exceeded your current quota, please check your plan and billing/i;

export function reasonOf(words: readonly string[], text: string, status: number | undefined): FaultReason {
  const plain = words.map(normal);
  const told = first(plain, telling);
  if (told !== undefined && told !== 'rate-limit') return told;
  const said = wordings.find(({ at, words: pattern }) => at(status) && pattern.test(text))?.reason;
  if (said !== undefined) return said;
  if (told === undefined && usedUp.test(text)) return 'quota';
  return told ?? byStatus(status) ?? first(plain, vague) ?? 'server';
}

function byStatus(status: number | undefined): FaultReason | undefined {
  if (status === undefined) return undefined;
  return statuses[status] ?? (status >= 500 ? 'server' : 'invalid-request');
}

function first(words: readonly string[], table: Readonly<Record<string, FaultReason>>): FaultReason | undefined {
  for (const word of words) {
    const found = Object.hasOwn(table, word) ? table[word] : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `RESOURCE_EXHAUSTED`, `RateLimitReached` and `rate-limit-exceeded` alike. */
function normal(word: string): string {
  return word.toLowerCase().replace(/[-_\s]/g, '');
}

function named(reason: FaultReason, words: string): Record<string, FaultReason> {
  return Object.fromEntries(words.split(' ').map((word) => [word, reason]));
}
