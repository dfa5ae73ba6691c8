export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error'
  context: object
  message: string
}

/** A log for what a test drives: it prints nothing and keeps what it is told. */
export interface TestLog {
  readonly lines: LogLine[]
  debug(context: object, message?: string): void
  info(context: object, message?: string): void
  warn(context: object, message?: string): void
  error(context: object, message?: string): void
}

export function testLog(): TestLog {
  const lines: LogLine[] = []
  const at = (level: LogLine['level']) => (context: object, message?: string) =>
    void lines.push({ level, context, message: message ?? '' })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
