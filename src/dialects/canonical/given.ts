// Objects without the members that are undefined: on the wire `undefined` and nothing are the same, in the model they are not.

/** Members that may be undefined are optional instead. */
export type Given<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The members that have a value; also for spreading into a node. */
export function given<T extends object>(members: T): Given<T> {
  const some: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) some[name] = value;
  return some as Given<T>;
}
