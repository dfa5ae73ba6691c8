// Stops what a test run started when the run has ended without doing so itself: killed, Ctrl-C, out of memory. It reads one
// line of JSON per process from its standard input and acts when that is closed, which the death of the run does too.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type ProcessIdentity, removePostgres, stopProcess } from '@haven/local'

export interface Reaped {
  directory: string
  process?: ProcessIdentity
  /** How the process is asked to stop. */
  signal?: NodeJS.Signals
}

// Ctrl-C reaches a whole terminal; this process must outlive it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
const entries: Reaped[] = []
for await (const line of createInterface({ input: process.stdin })) entries.push(JSON.parse(line))
await Promise.all(
  entries.map(({ process: identity, signal }) =>
    identity ? stopProcess(identity, { graceMs: 3000, ...(signal && { with: signal }) }) : undefined,
  ),
)
for (const { directory } of entries) {
  removePostgres(directory)
  rmSync(directory, { recursive: true, force: true })
}
