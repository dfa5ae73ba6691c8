import type { Log } from './failure.ts'

/** Lines for the terminal that wait while progress is drawn over it. */
export interface ConsoleLog extends Log {
  /** From now on lines are kept back. */
  hold(): void
  /** Prints what was kept back. */
  release(): void
}

export function consoleLog(write: (line: string) => void = console.log): ConsoleLog {
  let held: string[] | undefined
  const line = (text: string) => (held ? held.push(text) : write(text))
  return {
    info: message => line(`  ${message}`),
    warn: message => line(`! ${message}`),
    hold() {
      held ??= []
    },
    release() {
      const lines = held ?? []
      held = undefined
      for (const each of lines) write(each)
    },
  }
}
