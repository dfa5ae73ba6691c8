import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseBehind, isTransient, reasonOf } from '@haven/db'
import type { FastifyBaseLogger } from 'fastify'
import { openWaitingRoom, type WaitingRoom } from './waiting-room.ts'

export interface AwaitWorldOptions {
  readonly host: string
  readonly port: number
  readonly log: FastifyBaseLogger
  readonly retryMs?: number
}

const remindMs = 60_000
const endingSignals = ['SIGTERM', 'SIGINT'] as const

/**
 * Connects, and while a database is away or behind tries again each second: the order in which the parts of a system start does not matter.
 * Meanwhile probes hear that the process is alive and not ready. What only a person puts right (a key, an edited migration) is thrown.
 */
export async function awaitWorld<T>(connect: () => Promise<T>, options: AwaitWorldOptions): Promise<T> {
  const { log, retryMs = 1_000 } = options
  const say = sayOnce(log)
  let room: WaitingRoom | undefined
  // Nothing runs yet that would have to end in order; as the first process of a container nobody would end this one.
  const leave = () => process.exit(0)
  for (const signal of endingSignals) process.once(signal, leave)
  try {
    for (;;) {
      try {
        return await connect()
      } catch (error) {
        const missing = missingIn(error)
        if (missing === undefined) throw error
        say(missing)
      }
      room ??= await openWaitingRoom(options)
      await pause(retryMs)
    }
  } finally {
    await room?.close()
    for (const signal of endingSignals) process.off(signal, leave)
  }
}

/** What is missing, in words; undefined when time does not heal it. */
function missingIn(error: unknown): string | undefined {
  if (error instanceof DatabaseBehind) return error.message
  return isTransient(error) ? `The database does not let the service in (${reasonOf(error)}).` : undefined
}

function sayOnce(log: FastifyBaseLogger): (missing: string) => void {
  let said: string | undefined
  let at = 0
  return missing => {
    if (missing === said && performance.now() - at < remindMs) return
    said = missing
    at = performance.now()
    log.warn({ missing }, 'waiting to start')
  }
}
