/** What a command may touch of the outside world, so that tests can hand it another. */
export interface Context {
  env: Readonly<Record<string, string | undefined>>
  /** Directory in which the command was called. */
  cwd: string
  /** Whether steps are shown as they go; the answer itself is always printed. */
  showsProgress: boolean
  /** Columns of the terminal that the answer is read on; undefined where it goes into a file or a program. */
  width?: number | undefined
  /** Aborts when nobody reads the answer any more (`haven … | head`). */
  unread?: AbortSignal
  /** Prints a line of the answer. */
  out(line: string): void
  /** Prints a line beside the answer. */
  note(line: string): void
}

/** A logger for the libraries underneath; a command says itself what its user needs to know. */
export const silentLog = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} }
