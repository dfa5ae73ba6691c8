/** Puts the prefix of a run before the names of topics and groups and takes it off again. */
export interface Names {
  out(name: string): string
  in(name: string): string
}

export function createNames(prefix: string): Names {
  return {
    out: name => prefix + name,
    in: name => (name.startsWith(prefix) ? name.slice(prefix.length) : name),
  }
}
