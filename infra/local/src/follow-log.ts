import { closeSync, existsSync, openSync, readSync, statSync, watchFile } from 'node:fs'

/** Calls `onLine` for each line that is written to the file from now on, in a form for people. */
export function followLog(file: string, onLine: (line: string) => void): void {
  let place = existsSync(file) ? statSync(file).size : 0
  let rest = ''
  watchFile(file, { interval: 200 }, ({ size }) => {
    // A new generation of the file begins at its start.
    if (size < place) place = 0
    const chunk = Buffer.alloc(size - place)
    const handle = openSync(file, 'r')
    place += readSync(handle, chunk, 0, chunk.length, place)
    closeSync(handle)
    const lines = (rest + chunk.toString('utf8')).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines.filter(Boolean)) onLine(prettyLine(line))
  })
}

const loud = new Set(['warn', 'error', 'fatal'])
const known = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'service', 'v'])

/** pino's JSON as `12:34:56 info  message key=value`; anything else as it is. */
export function prettyLine(line: string): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return line
  }
  const time = new Date(entry.time as number | string)
  const clock = Number.isNaN(time.getTime()) ? '--:--:--' : time.toTimeString().slice(0, 8)
  const rest = Object.entries(entry).filter(([key]) => !known.has(key))
  const text = rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const level = String(entry.level)
  return [clock, (loud.has(level) ? level.toUpperCase() : level).padEnd(5), entry.msg, ...text].join(' ')
}
