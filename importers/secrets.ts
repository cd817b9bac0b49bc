// Secrets that stood in the other file as they are. They go into files of their own, and the configuration refers to these.

export class Secrets {
  /** Name of the file -> what it holds. */
  readonly files = new Map<string, string>();
  readonly #directory: string;

  /** `directory`: relative to the configuration. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A reference to put in its place: to the same variable of the environment, or to a file. */
  reference(secret: string, name: string): string {
    const variable = /^(?:os\.environ\/|\$\{?)([A-Za-z_]\w*)\}?$/.exec(secret)?.[1];
    if (variable !== undefined) return `\${env:${variable}}`;
    const known = [...this.files].find(([, held]) => held === secret)?.[0];
    const file = known ?? this.#free(slug(name));
    this.files.set(file, secret);
    return `\${file:${this.#directory}/${file}}`;
  }

  #free(name: string): string {
    let free = name;
    for (let number = 2; this.files.has(free); number += 1) free = `${name}-${number}`;
    return free;
  }
}

/** A name as configurations take them: letters, digits, dot, dash and underscore, starting with a letter or digit. */
export function slug(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '');
  return (name === '' ? 'unnamed' : name).slice(0, 63);
}

/** Hands out each name once: `main`, `main-2`, … */
export function uniquely(): (name: string) => string {
  const given = new Map<string, number>();
  return (name) => {
    const times = (given.get(name) ?? 0) + 1;
    given.set(name, times);
    return times === 1 ? name : `${name}-${times}`;
  };
}
