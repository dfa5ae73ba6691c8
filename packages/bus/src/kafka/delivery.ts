import type { Names } from '../names.ts'
import type { BatchControl, BusLog, SubscribeOptions } from '../types.ts'
import type { EachBatchPayload } from './client.ts'
import type { Places } from './places.ts'
import { toRecord } from './records.ts'

const longestPauseMs = 5000
const heartbeatEveryMs = 1000

interface Watched extends BatchControl {
  /** What the group answered to a heartbeat or commit, even when the handler swallowed it. */
  failure(): unknown
}

/** Hands one batch of one partition to the handler. kafkajs runs partitions side by side and each in order. */
export function createDelivery(options: SubscribeOptions, names: Names, places: Places, log: BusLog) {
  const failures = new Map<string, number>()

  return async function deliver(payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch
    const place = `${topic}/${partition}`
    const control = watch(payload)
    try {
      await options.onBatch(
        payload.batch.messages.map(message => toRecord(names, topic, partition, message)),
        control,
      )
    } catch (error) {
      if (control.failure()) throw control.failure()
      const failed = (failures.get(place) ?? 0) + 1
      failures.set(place, failed)
      // The message of a handler's error may speak about a record, so only its kind is logged.
      log.error(
        { topic: names.in(topic), partition, failed, error: kindOf(error) },
        'a batch failed and will come again',
      )
      await pause(control, Math.min(100 * 2 ** failed, longestPauseMs))
      return
    }
    if (control.failure()) throw control.failure()
    failures.delete(place)
    if (payload.isStale()) return
    payload.resolveOffset(payload.batch.lastOffset())
    places.set(names.in(topic), partition, BigInt(payload.batch.lastOffset()) + 1n)
  }
}

function watch(payload: EachBatchPayload): Watched {
  const { topic, partition } = payload.batch
  let failure: unknown
  const watched = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failure = error
      throw error
    }
  }
  return {
    failure: () => failure,
    isRunning: () => failure === undefined && payload.isRunning() && !payload.isStale(),
    heartbeat: () => watched(() => payload.heartbeat()),
    commit: next =>
      watched(() =>
        payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next.toString() }] }] }),
      ),
  }
}

async function pause(control: BatchControl, ms: number): Promise<void> {
  for (let left = ms; left > 0 && control.isRunning(); left -= heartbeatEveryMs) {
    await new Promise(resolve => setTimeout(resolve, Math.min(left, heartbeatEveryMs)))
    await control.heartbeat()
  }
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name
}
