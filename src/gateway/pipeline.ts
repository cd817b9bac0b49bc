// THE LIST. A request walks it from top to bottom and comes back up; each step is one file.
import type { Middleware } from 'koa';
import { attempt } from './steps/attempt.ts';
import { begin } from './steps/begin.ts';
import { fail } from './steps/fail.ts';
import { match } from './steps/match.ts';
import { plugins } from './steps/plugins.ts';
import { record } from './steps/record.ts';
import { respond } from './steps/respond.ts';
import { handOver } from './upgrade/hand-over.ts';

export const pipeline = [
  begin, //   pins the snapshot and makes ctx.call; ties it to the client's connection
  record, //  hands one record to the control thread after the last byte; nothing waits for it
  respond, // sends the head and lets the body flow once everything below has unwound
  fail, //    turns any throw below into an answer in the caller's dialect
  match, //   listener + path -> route, dialect, operation; answers health, HEAD and model lists
  plugins, // the chain of gateway.yaml: logger, auth, …, translator, balancer
  attempt, // whoever reaches the end without an answer is tried at the first candidate
] as unknown as Middleware[];

// What a request for a WebSocket walks: the same, but that its answer may be a socket.
export const upgradePipeline = [
  begin,
  record,
  handOver, // joins the client's socket with the upstream's, or sends an ordinary answer
  fail,
  match,
  plugins,
  attempt,
] as unknown as Middleware[];
