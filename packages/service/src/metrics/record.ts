import type { RecorderOptions } from '@haven/access'
import type { Metrics } from '@haven/telemetry'

const entries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]
// Seconds; an answer waits 1.5 at most.
const waits = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5]

/** Instruments of the group commits of access entries: how many share one, how long the first of them waited, and those that failed. */
export function countCommits({ meter }: Pick<Metrics, 'meter'>): NonNullable<RecorderOptions['onBatch']> {
  const size = meter.createHistogram('haven.record.batch.entries', {
    description: 'Access entries that share a commit',
    advice: { explicitBucketBoundaries: entries },
  })
  const wait = meter.createHistogram('haven.record.wait.seconds', {
    description: 'Seconds from the first of them to its commit',
    advice: { explicitBucketBoundaries: waits },
  })
  const failures = meter.createCounter('haven.record.failures', {
    description: 'Commits of access entries that failed: what they were about was not answered',
  })
  failures.add(0)
  return batch => {
    if (!batch.isWritten) return failures.add(1)
    size.record(batch.entries)
    wait.record(batch.waitedMs / 1_000)
  }
}
