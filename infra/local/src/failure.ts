/** What a part of the local system writes its progress to; a pino logger fits. */
export interface Log {
  info(message: string): void
  warn(message: string): void
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
