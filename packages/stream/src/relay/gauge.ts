import { type Backlog, type BacklogLimits, judgeBacklog } from '../steps/backlog.ts'
import type { Clock, Log } from '../types.ts'
import { wordsOf } from '../words.ts'

const busyMs = 250
const idleMs = 1_000

/** Reads the backlog on its own timer: it must be right while Kafka is away and in an instance that does not lead. */
export interface Gauge {
  current(): Backlog
  stop(): Promise<void>
}

export interface GaugeOptions {
  read(): Promise<{ rows: number; oldestMs: number }>
  limits: BacklogLimits
  clock: Clock
  log: Log
  /** For the log: what waits, and what is refused when it is too much. */
  what: { waits: string; refused: string }
}

export function startGauge(options: GaugeOptions): Gauge {
  const { limits, clock, log, what } = options
  let read = { rows: 0, oldestMs: 0 }
  let readAt = clock.now()
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let isFull = false
  let running: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    try {
      read = await options.read()
      readAt = clock.now()
    } catch (error) {
      // A database that is away refuses writes by itself; what was read last stays.
      log.debug({ error: wordsOf(error) }, 'the backlog could not be read')
    }
    announce(current())
    if (!stopped) timer = setTimeout(() => (running = look()), read.rows > 0 ? busyMs : idleMs)
  }

  function announce({ full, rows, oldestMs }: Backlog): void {
    if (full === isFull) return
    isFull = full
    if (full)
      log.error({ rows, oldestMs, limits }, `too many ${what.waits} wait for Kafka: ${what.refused} are refused`)
    else log.info({ rows }, `the backlog is within its limits again: ${what.refused} are taken`)
  }

  function current(): Backlog {
    return judgeBacklog(read, clock.now() - readAt, limits)
  }

  running = look()
  return {
    current,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
