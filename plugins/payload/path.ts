// Paths to fields: names with dots between them, `[]` for every element of a list, `[0]` and `[-1]` for one of them,
// `["a.b"]` for a name with a dot. The schema lets nothing else pass.

export type Step = { readonly name: string } | { readonly index: number } | { readonly each: true };
export type Path = readonly Step[];

const step = /\["([^"]+)"\]|\[(-?\d+)\]|(\[\])|\.?([^.[\]"]+)/g;

export function parsePath(text: string): Path {
  return [...text.matchAll(step)].map(([, quoted, index, each, plain = '']) => {
    if (index !== undefined) return { index: Number(index) };
    return each === undefined ? { name: quoted ?? plain } : { each: true };
  });
}
