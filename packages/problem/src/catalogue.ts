/** One row of a table of errors. `title` and `remedy` are read by callers: no personal data, no internals. */
export interface ProblemDefinition {
  /** HTTP status, 400 to 599. */
  readonly status: number
  /** What happened, the same words each time. */
  readonly title: string
  /** What the caller can do about it; the answer's `detail` when the throw site gives none. */
  readonly remedy: string
  /** Headers every answer of this code carries, e.g. WWW-Authenticate. */
  readonly headers?: Readonly<Record<string, string>>
}

export type ProblemTable = Readonly<Record<string, ProblemDefinition>>

// One table per process: a code means one thing wherever it is thrown, so a second meaning is refused at import.
const registered = new Map<string, ProblemDefinition>()

const codeShape = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Adds a service's codes to the catalogue and gives the table back.
 * @throws TypeError when a code is not kebab-case, its status is no error, or the code already means something else.
 */
export function defineProblems<T extends ProblemTable>(table: T): T {
  for (const [code, definition] of Object.entries(table)) {
    if (!codeShape.test(code)) throw new TypeError(`problem code '${code}' is not kebab-case`)
    if (!(definition.status >= 400 && definition.status <= 599)) {
      throw new TypeError(`problem '${code}' has status ${definition.status}, which is no error`)
    }
    const known = registered.get(code)
    if (known && !sameMeaning(known, definition)) {
      throw new TypeError(`problem '${code}' is already defined with another meaning; choose another code`)
    }
    registered.set(code, definition)
  }
  return table
}

/** The definition of a code, or undefined when nobody defined it. */
export function definitionOf(code: string): ProblemDefinition | undefined {
  return registered.get(code)
}

function sameMeaning(a: ProblemDefinition, b: ProblemDefinition): boolean {
  return a.status === b.status && a.title === b.title && a.remedy === b.remedy
}
