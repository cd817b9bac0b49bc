// Whose a credential file is: the provider instance it names, else one whose directory knows files of its kind.
import type { AccountFileShape } from '../../core/index.ts';
import { isTree } from '../read/tree.ts';
import { suggest } from '../validate/nearest.ts';
import { holds, textAt } from './dotted.ts';

export interface Instance {
  readonly name: string;
  /** Name of its directory. */
  readonly directory: string;
  readonly enabled: boolean;
}

export interface Household {
  readonly instances: readonly Instance[];
  /** By directory, also those without an instance. */
  readonly shapes: ReadonlyMap<string, readonly AccountFileShape[]>;
}

export type Owner =
  | {
      readonly instance: Instance;
      readonly shape: AccountFileShape | undefined;
      /** Why it could have been another one's. */
      readonly note: string | undefined;
    }
  | { readonly none: string };

/** `named` comes before what the item says. */
export function ownerOf(item: unknown, household: Household, named?: string): Owner {
  if (!isTree(item)) return { none: 'it is no JSON object' };
  const wanted = named ?? textAt(item, 'provider');
  if (wanted !== undefined) return ownerNamed(item, household, wanted);
  const fitting = household.instances.flatMap((instance) => {
    const shape = shapeIn(household, instance.directory, item);
    return shape === undefined ? [] : [{ instance, shape }];
  });
  const usable = fitting.filter(({ instance }) => instance.enabled);
  const first = usable[0] ?? fitting[0];
  if (first !== undefined) return { ...first, note: ambiguity(usable.map(({ instance }) => instance.name)) };
  const type = textAt(item, 'type');
  const namesake = household.instances.find(({ name }) => name === type?.toLowerCase());
  if (namesake !== undefined) return { instance: namesake, shape: undefined, note: undefined };
  return { none: stranger(item, household, type) };
}

function ownerNamed(item: unknown, household: Household, name: string): Owner {
  const instance = household.instances.find((each) => each.name === name);
  if (instance === undefined) {
    const names = household.instances.map((each) => each.name);
    return { none: `there is no provider "${name}" in the configuration${suggest(name, names)}` };
  }
  // What another vendor's tool wrote is read as such, whoever is to have it.
  const directories = [instance.directory, ...household.shapes.keys()];
  const shape = directories.map((directory) => shapeIn(household, directory, item)).find((each) => each !== undefined);
  return { instance, shape, note: undefined };
}

function shapeIn(household: Household, directory: string, item: unknown): AccountFileShape | undefined {
  const type = textAt(item, 'type')?.toLowerCase();
  // Who says what it is needs not be guessed from what else is there.
  const says = type !== undefined && typesOf(household).has(type);
  return household.shapes
    .get(directory)
    ?.find((shape) => (shape.type !== undefined || !says) && fits(shape, item, type));
}

/** Of a household that many files are asked of. */
const known = new WeakMap<Household['shapes'], ReadonlySet<string>>();

function typesOf({ shapes }: Household): ReadonlySet<string> {
  const kept = known.get(shapes);
  if (kept !== undefined) return kept;
  const all = [...shapes.values()].flat().flatMap(({ type = [] }) => type.map((name) => name.toLowerCase()));
  const types = new Set(all);
  known.set(shapes, types);
  return types;
}

function fits({ type, has }: AccountFileShape, item: unknown, own: string | undefined): boolean {
  if (type !== undefined && !type.some((name) => name.toLowerCase() === own)) return false;
  return (has ?? []).every((path) => holds(item, path));
}

function ambiguity(names: readonly string[]): string | undefined {
  if (names.length < 2) return undefined;
  return `it could be of ${names.join(' or ')}: ${names[0]} has it; a member "provider" in the file says otherwise`;
}

function stranger(item: unknown, household: Household, type: string | undefined): string {
  const directory = [...household.shapes.keys()].find((name) => shapeIn(household, name, item) !== undefined);
  if (directory !== undefined) {
    return `it is for the provider directory "${directory}", of which there is no instance: add { name: ${directory} } to providers`;
  }
  if (type === undefined)
    return 'nothing in it says which provider it is for: add a member "provider" with the name of one';
  return `no provider knows files of type "${type}": add a member "provider" with the name of one`;
}
