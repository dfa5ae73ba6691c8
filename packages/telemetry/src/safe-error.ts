/** An error as a log line may hold it: where it came from, never what somebody typed. */
export interface LoggedError {
  type: string
  code?: string
  constraint?: string
  /** Left out where the thrower is known to quote input. */
  message?: string
  /** Stack frames only: the first line of a stack repeats the message. */
  frames?: string[]
  cause?: LoggedError
}

// PostgreSQL and Prisma quote rows and parameters, V8 quotes the text that is no JSON, BigInt or URL, Ajv and TypeBox quote fields.
const quoting =
  /^(SyntaxError|URIError|DatabaseError|DriverAdapterError|PrismaClient\w*|ParseError|AssertError|ValidationError)$/
const sqlState = /^[0-9A-Z]{5}$/
const maxCauses = 5
const maxFrames = 12

/** Serialises an error for the log; detail members of drivers (row, parameters, query) are never copied. */
export function safeError(error: unknown): LoggedError {
  return serialised(error, quotesInput, 0)
}

/**
 * The same where a caller's input was at hand: any library may quote it, so only the operating system's own errors keep their
 * message. Type, code and frames still lead to the line that threw.
 */
export function safeRequestError(error: unknown): LoggedError {
  return serialised(error, thrown => !('syscall' in thrown), 0)
}

function serialised(error: unknown, hideMessage: (error: Error) => boolean, depth: number): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  const frames = framesOf(error)
  return {
    type: error.constructor.name || error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(hideMessage(error) ? {} : { message: error.message }),
    ...(frames.length > 0 ? { frames } : {}),
    ...(error.cause === undefined || depth >= maxCauses
      ? {}
      : { cause: serialised(error.cause, hideMessage, depth + 1) }),
  }
}

function quotesInput(error: Error): boolean {
  const { code } = error as { code?: unknown }
  return (
    [error.constructor.name, error.name].some(name => quoting.test(name)) ||
    (typeof code === 'string' && sqlState.test(code))
  )
}

// The stack repeats the message, of which a line could look like a frame.
function framesOf({ stack = '', message }: Error): string[] {
  const lines = stack.replace(message, '').split('\n').slice(1)
  return lines
    .filter(line => line.startsWith('    at '))
    .slice(0, maxFrames)
    .map(line => line.slice('    at '.length))
}
