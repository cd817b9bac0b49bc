// A compiled pattern as steps from state to state, to tell whether a text that ends here could still become a match: the
// library can only tell whether one is there. What stands between characters (`\b`, `$`) counts as met: then too much is
// held back, never too little.
import type { RE2JS } from 're2js';

export interface State {
  /** Ways on, each over one character. */
  readonly ways: readonly { takes(rune: number): boolean; readonly to: number }[];
  /** A match may end here. */
  readonly ends: boolean;
  /** What follows can still decide something. */
  readonly open: boolean;
}

export interface Steps {
  readonly start: number;
  /** Whether a match could begin with this character. */
  mayBegin(rune: number): boolean;
  state(at: number): State;
}

/** As re2js has them: https://github.com/le0pard/re2js, `Inst`. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  matchRune(rune: number): boolean;
}
const alternative = 1;
const alternativeMatch = 2;
const capture = 3;
const betweenCharacters = 4;
const matched = 6;
const nothing = 7;
const anything = 10;
const anythingOnTheLine = 11;
const firstRune = 8;
const lineFeed = 10;

export function stepsOf(pattern: RE2JS): Steps {
  const { inst, start }: { readonly inst: readonly Instruction[]; readonly start: number } = pattern.re2().prog;
  const states = new Map<number, State>();
  const { ways } = stateAt(inst, start);
  const first = Array.from({ length: 128 }, (_, rune) => ways.some(({ takes }) => takes(rune)));
  return {
    start,
    mayBegin: (rune) => first[rune] ?? true,
    state(at) {
      const known = states.get(at);
      if (known !== undefined) return known;
      const made = stateAt(inst, at);
      states.set(at, made);
      return made;
    },
  };
}

function stateAt(inst: readonly Instruction[], start: number): State {
  const ways: { takes(rune: number): boolean; to: number }[] = [];
  let ends = false;
  let waits = false;
  const seen = new Set<number>();
  const left = [start];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const each = inst[at];
    if (each === undefined || seen.has(at)) continue;
    seen.add(at);
    if (each.op === matched) ends = true;
    else if (each.op === alternative || each.op === alternativeMatch) left.push(each.out, each.arg);
    else if (each.op === capture || each.op === nothing) left.push(each.out);
    else if (each.op === betweenCharacters) {
      waits = true;
      left.push(each.out);
    } else if (each.op >= firstRune) ways.push({ takes: takesOf(each), to: each.out });
  }
  return { ways, ends, open: waits || ways.length > 0 };
}

function takesOf(each: Instruction): (rune: number) => boolean {
  if (each.op === anything) return () => true;
  if (each.op === anythingOnTheLine) return (rune) => rune !== lineFeed;
  return (rune) => each.matchRune(rune);
}
