// How a login ends: the first who says so decides; then everything it holds is let go, and only then its outcome is told.
import type { LoginOutcome, LoginProblem } from './login.ts';
import { LoginFailure } from './problems.ts';

export interface Ending {
  /** Told when nothing of the login is left. */
  readonly outcome: Promise<LoginOutcome>;
  /** Told as soon as it is known. */
  readonly decided: Promise<LoginOutcome>;
  /** Aborts at the decision. */
  readonly signal: AbortSignal;
  /** What it came to nothing by, once it has. */
  readonly problem: LoginProblem | undefined;
  end(outcome: LoginOutcome): void;
  /** Ends it with what was thrown. */
  fail(error: unknown): void;
  /** Called once at the end; at once where that has been. Must not reject. */
  letGo(undo: () => void | Promise<void>): void;
}

export function openEnding(): Ending {
  const stop = new AbortController();
  const decision = Promise.withResolvers<LoginOutcome>();
  const result = Promise.withResolvers<LoginOutcome>();
  const undos: (() => void | Promise<void>)[] = [];
  // Alarms do not keep a process alive, and a login that waits is what its process is there for.
  const hold = setInterval(() => undefined, 2 ** 30);
  let problem: LoginProblem | undefined;
  function end(outcome: LoginOutcome): void {
    if (stop.signal.aborted) return;
    if ('problem' in outcome) problem = outcome.problem;
    stop.abort();
    decision.resolve(outcome);
    void Promise.allSettled(undos.splice(0).map(async (undo) => undo())).then(() => {
      clearInterval(hold);
      result.resolve(outcome);
    });
  }
  return {
    outcome: result.promise,
    decided: decision.promise,
    signal: stop.signal,
    get problem() {
      return problem;
    },
    end,
    fail(error) {
      // A fault of the engine itself must be seen, but by then nobody listens for it: it is told as what it did.
      if (error instanceof LoginFailure) return end({ problem: error.problem });
      const message = error instanceof Error ? error.message : String(error);
      end({ problem: { code: 'refused', message, remedy: 'Start the login again.' } });
    },
    letGo(undo) {
      if (stop.signal.aborted) void undo();
      else undos.push(undo);
    },
  };
}
