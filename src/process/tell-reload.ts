// What came of a look at the configuration, in the log.
import { formatIssues } from '../config/format.ts';
import type { ReloadResult } from '../control/plane.ts';
import { explain } from './boot.ts';
import type { Logging } from './logging.ts';

/** `before`: what came of the look before. */
export function tellReload(
  logging: Pick<Logging, 'say'>,
  result: ReloadResult,
  before: ReloadResult | undefined,
): void {
  if (result.outcome === 'unchanged') {
    if (before?.outcome === 'rejected') return logging.say('info', 'config', 'the file is again what is served');
    return logging.say('debug', 'config', 'nothing changed');
  }
  if (result.outcome === 'rejected') {
    return logging.say('error', 'config', `not taken, service is as before\n${explain(result)}`);
  }
  // A file of the watched directory that comes or goes is no reason to say again what is known.
  const known = new Set(before?.issues.map((issue) => formatIssues([issue])));
  const fresh = result.issues.filter((issue) => !known.has(formatIssues([issue])));
  if (fresh.length > 0) logging.say('warn', 'config', formatIssues(fresh).trimEnd());
  for (const { kind, name, using, problem } of result.degraded) {
    logging.say('error', 'config', `${kind} ${name}: ${problem.message}; using ${using}`, { where: problem.where });
  }
  logging.say('info', 'config', `serving revision ${result.revision}`, {
    ms: result.ms,
    ...(result.issues.length > fresh.length ? { warningsAsBefore: result.issues.length - fresh.length } : {}),
  });
}
