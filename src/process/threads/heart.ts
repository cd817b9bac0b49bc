// Signs of life: a data thread whose event loop turns counts up in shared memory; one whose count stands still hangs (a
// plugin that never returns), serves nobody, and cannot be asked to stop.
import type { Clock } from '../../core/index.ts';
import type { SharedLedger } from '../../ledger/memory.ts';

const beatMs = 1_000;
const lookMs = 10_000;
/** So many looks without a beat in between. Time alone proves nothing: the machine may have been asleep. */
const looksWithoutBeat = 3;

/** In the data thread. */
export function startHeart(ledger: SharedLedger, clock: Clock): void {
  const alarm = clock.after(beatMs, () => {
    ledger.beat();
    alarm.restart();
  });
}

interface Patient {
  readonly thread: number;
}

/** In the control thread: calls `onHung` for each of `patients()` that has stopped. */
export class HeartMonitor<One extends Patient> {
  #seen = new Map<One, { beats: number; still: number }>();
  #stopped = false;

  constructor(ledger: SharedLedger, clock: Clock, patients: () => readonly One[], onHung: (one: One) => void) {
    const alarm = clock.after(lookMs, () => {
      if (this.#stopped) return;
      for (const hung of this.#look(ledger, patients())) onHung(hung);
      alarm.restart();
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  #look(ledger: SharedLedger, patients: readonly One[]): One[] {
    const now = patients.map((patient) => {
      const beats = ledger.beatsOf(patient.thread);
      const before = this.#seen.get(patient);
      return [patient, { beats, still: before?.beats === beats ? before.still + 1 : 0 }] as const;
    });
    this.#seen = new Map(now);
    return now.filter(([, { still }]) => still >= looksWithoutBeat).map(([patient]) => patient);
  }
}
