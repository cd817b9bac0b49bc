// A sample of every operation of every dialect that goes to an upstream.
import type { DialectName, Operation } from '../../../core/index.ts';
import { chatCompletions } from './chat-completions.ts';
import { generateContent } from './generate-content.ts';
import { messages } from './messages.ts';
import { responses } from './responses.ts';
import { clientModel, type Sample } from './sample.ts';

const samples: readonly Sample[] = [...chatCompletions, ...responses, ...messages, ...generateContent];

/** Undefined for operations the gateway answers itself. */
export function sampleOf(dialect: DialectName, operation: Operation): Sample | undefined {
  if (operation === 'opaque') {
    return { dialect, operation, request: `{ "model":"${clientModel}", "kept": 1.0 }`, answer: '{"anything": 1.0}' };
  }
  return samples.find((sample) => sample.dialect === dialect && sample.operation === operation);
}
