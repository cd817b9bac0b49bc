// How much output a request allows: what its body says at the top level, in whichever of the dialects' words.
import type { Operation } from '../../core/index.ts';
import type { ReadBody } from '../../upstream/body/body.ts';
import type { Member } from '../../upstream/body/scan.ts';

const names = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];
/** Nobody writes more settings than this; what is larger is not read. */
const mostSettings = 64 * 1024;
const written: ReadonlySet<Operation> = new Set(['chat', 'completions']);
const unbound: ReadonlySet<Operation> = new Set(['images', 'image-edits', 'image-variations', 'speech', 'opaque']);

/** Tokens of all its answers together; 0 where the operation writes none; undefined where nothing bounds it. */
export function outputBound(operation: Operation, body: ReadBody): number | undefined {
  if (unbound.has(operation)) return undefined;
  if (!written.has(operation)) return 0;
  const members = body.scanned?.members ?? [];
  const settings = members.find(({ key }) => key === 'generationConfig');
  const nested = settings === undefined ? undefined : settingsOf(body, settings);
  const bounds = [
    ...members.filter(({ key }) => names.includes(key)).map(({ value }) => value),
    nested?.maxOutputTokens,
  ];
  const least = Math.min(...bounds.filter((bound) => isCount(bound)));
  if (!Number.isFinite(least)) return undefined;
  const answers = members.find(({ key }) => key === 'n')?.value ?? nested?.candidateCount;
  return least * (isCount(answers) ? answers : 1);
}

function settingsOf(body: ReadBody, { valueStart, valueEnd }: Member): Record<string, unknown> | undefined {
  if (valueEnd - valueStart > mostSettings) return undefined;
  const whole = body.chunks.length === 1 ? (body.chunks[0] as Buffer) : Buffer.concat(body.chunks);
  try {
    return JSON.parse(whole.toString('utf8', valueStart, valueEnd)) as Record<string, unknown>;
  } catch {
    // Malformed inside a string: the upstream will say so.
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
