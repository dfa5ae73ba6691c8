import { createLogger } from '../src/index.ts'

/** A logger and what it wrote. */
export function recordedLog(level = 'info') {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  return { log: createLogger({ service: 'intake', level, destination }), lines }
}
