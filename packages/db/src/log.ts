/** What this package needs of a logger; a pino logger fits. Nothing that is passed holds a value from the database. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
