import { takeLease } from '@haven/stream'
import type { Pool } from 'pg'
import { type LeaderOptions, SequencerLeader } from './leader.ts'
import { noCounts, type SequencerCounters } from './sequencer.ts'

/** `waiting`: database or Kafka are away. */
export type SequencerMode = 'starting' | 'standby' | 'leading' | 'waiting' | 'stopped'

export interface RunningSequencer {
  /** Resolves once this process leads, or stands by for another that does. */
  ready(): Promise<void>
  /** `lag`: records that are not in the log yet, while this process leads. */
  state(): { mode: SequencerMode; lag: number } & SequencerCounters
  /** Rejects when the process has to be started anew. */
  readonly ended: Promise<never>
  stop(): Promise<void>
}

const standbyMs = 1_000
const waitMs = 500

/** Starts a sequencer: of all processes one leads by lease, the others stand by outside of the consumer group. */
export function startSequencer(options: LeaderOptions & { readonly leasePool: Pool }): RunningSequencer {
  const { leasePool, log } = options
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined)
  const counters = noCounts()
  let mode: SequencerMode = 'starting'
  let leader: SequencerLeader | null = null
  let isStopping = false
  let wake = (): void => undefined
  const pause = (ms: number) =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function term(): Promise<void> {
    const lease = await takeLease(leasePool, 'haven.audit.sequencer')
    if (lease === null) {
      mode = 'standby'
      return pause(standbyMs)
    }
    try {
      leader = new SequencerLeader(options, lease, counters)
      if (isStopping) return
      await leader.lead(() => {
        mode = 'leading'
        log.info({}, 'leading: this process appends to the log')
      })
    } finally {
      leader = null
      await lease.release()
    }
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      try {
        await term()
        if (mode === 'standby') continue
      } catch (error) {
        // What the bus gives up for good, such as a topic that is missing, is healed by nobody but a new start.
        if ((error as { transient?: boolean }).transient === false) ended.reject(error)
        log.warn({ thrown: error }, 'the sequencer begins anew')
      }
      mode = 'waiting'
      if (!isStopping) await pause(waitMs)
    }
    mode = 'stopped'
  }

  const running = run()
  return {
    ended: ended.promise,
    async ready() {
      if (mode !== 'leading' && mode !== 'standby') throw new Error(`the sequencer is ${mode}`)
    },
    state: () => ({ mode, lag: leader?.lag ?? 0, ...counters }),
    async stop() {
      isStopping = true
      leader?.stop()
      wake()
      await running
    },
  }
}
