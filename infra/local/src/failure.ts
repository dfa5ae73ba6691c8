/** What a part of the local system writes its progress to; a pino logger fits. */
export interface Log {
  info(message: string): void
  warn(message: string): void
}

/** Who follows a start and may end it. */
export interface StartContext {
  log?: Log
  /** What is being done now, for a line of progress. */
  onProgress?: (text: string) => void
  /** Ends a start that is under way; nothing of it stays behind. */
  signal?: AbortSignal
}

/** Something a person must do before Haven can go on: one sentence that says what, and the remedy. */
export class Failure extends Error {
  override name = 'Failure'
  readonly remedy: string

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options)
    this.remedy = remedy
  }
}
