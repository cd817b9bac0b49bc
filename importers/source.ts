// A value of the other gateway's file, and where it stands there. What is read is remembered, so that in the end everything that
// was not can be told: nothing is left out in silence.

export interface Note {
  /** `model_list[0].litellm_params.rpm`. */
  readonly place: string;
  /** `changed`: taken, but it means something a little else here. `dropped`: it has no counterpart. `todo`: somebody has to act. */
  readonly what: 'changed' | 'dropped' | 'todo';
  readonly message: string;
}

/** What all the values of one file share. */
class Reading {
  readonly notes: Note[] = [];
  readonly taken = new Set<string>();
}

export class Source {
  readonly place: string;
  readonly value: unknown;
  readonly #reading: Reading;

  constructor(value: unknown, place = '', reading: object = new Reading()) {
    this.value = value;
    this.place = place;
    this.#reading = reading as Reading;
  }

  at(name: string | number): Source {
    const value =
      isTree(this.value) || Array.isArray(this.value) ? (this.value as Record<string, unknown>)[name] : undefined;
    const place =
      typeof name === 'number' ? `${this.place}[${name}]` : `${this.place}${this.place === '' ? '' : '.'}${name}`;
    return new Source(value, place, this.#reading);
  }

  get given(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Entries of a list; none where it is none. */
  list(): Source[] {
    return Array.isArray(this.value) ? this.value.map((_, index) => this.at(index)) : [];
  }

  members(): (readonly [string, Source])[] {
    return isTree(this.value) ? Object.keys(this.value).map((name) => [name, this.at(name)] as const) : [];
  }

  /** The value with all that is in it, as taken. */
  take(): unknown {
    this.#reading.taken.add(this.place);
    return this.value;
  }

  /** Undefined where it is not there, empty, or no text. */
  text(): string | undefined {
    if (typeof this.value === 'number') return String(this.take());
    return typeof this.value === 'string' ? (this.take() as string).trim() || undefined : undefined;
  }

  texts(): string[] {
    return this.list().flatMap((one) => one.text() ?? []);
  }

  number(): number | undefined {
    if (typeof this.value === 'string' && /^\d+(\.\d+)?$/.test(this.value)) return Number(this.take());
    return typeof this.value === 'number' ? (this.take() as number) : undefined;
  }

  yes(): boolean {
    return typeof this.value === 'boolean' ? (this.take() as boolean) : false;
  }

  /** Says something about it; it counts as taken. */
  note(what: Note['what'], message: string): void {
    this.take();
    this.#reading.notes.push({ place: this.place, what, message });
  }

  /** What was said, and everything that was never read, in the order of the file. */
  notes(): readonly Note[] {
    const left: Note[] = [];
    this.#untaken((place) => left.push({ place, what: 'dropped', message: 'it has no counterpart here' }));
    return [...this.#reading.notes, ...left];
  }

  #untaken(tell: (place: string) => void): void {
    if (this.#reading.taken.has(this.place)) return;
    const children = Array.isArray(this.value) ? this.list() : this.members().map(([, child]) => child);
    // Of what was not looked into at all the whole is named, not every leaf.
    if (this.place !== '' && !this.#anythingTaken()) {
      if (this.given && children.length === 0 && isEmpty(this.value)) return;
      return tell(this.place);
    }
    for (const child of children) child.#untaken(tell);
  }

  #anythingTaken(): boolean {
    return [...this.#reading.taken].some(
      (place) => place.startsWith(`${this.place}.`) || place.startsWith(`${this.place}[`),
    );
  }
}

/** Says nothing: an empty list, map or text, or a switch that is off. */
function isEmpty(value: unknown): boolean {
  if (value === false || value === '' || value === 0) return true;
  return Array.isArray(value) ? value.length === 0 : isTree(value) && Object.keys(value).length === 0;
}

export function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without members that are not there, and without lists of nothing. */
export function withoutEmpty(tree: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}
