// A request and what an upstream would say to it, in one dialect.
import type { DialectName, Operation } from '../../../core/index.ts';

export interface Sample {
  readonly dialect: DialectName;
  readonly operation: Operation;
  /** Bodies are written oddly on purpose: what is not understood must arrive as it was sent. */
  readonly request: string;
  readonly answer: string;
  /** Events of a stream; the last one ends it. */
  readonly events?: readonly string[];
  /** The event that is sent only if `stream_options.include_usage` is; stands before the last one. */
  readonly usageEvent?: string;
}

/** As clients call the model, and as the instance under test has it. */
export const clientModel = 'model-of-the-client';
export const upstreamModel = 'model-of-the-upstream';

/** The body with more members at its end. */
export function withMembers(body: string, members: Readonly<Record<string, unknown>>): string {
  const added = Object.entries(members).map(([name, value]) => `, ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `${body.slice(0, body.lastIndexOf('}'))}${added.join('')}}`;
}
