import type { StreamConsumer } from '@haven/stream'
import { metrics as createMetrics } from '@haven/telemetry'
import { expect, test } from 'vitest'
import { showConsumers, showPools } from '../src/index.ts'
import { countCommits } from '../src/metrics/record.ts'
import { type RelayReading, showRelays } from '../src/metrics/relays.ts'
import { emptyService } from './app.ts'

/** Lines as a scraper gets them, from a service that was given these metrics. */
async function shown(show: (metrics: ReturnType<typeof createMetrics>) => void) {
  const metrics = createMetrics({ service: 'notes' })
  show(metrics)
  const { app } = await emptyService({ metrics })
  return async () => (await app.inject('/metrics')).body.split('\n')
}

const reading: RelayReading = {
  ...{ mode: 'leading', behind: 4, numbered: 9, sent: 8, heads: 3, rounds: 6, failures: 2, asks: 1, unreadable: 5 },
  backlog: { rows: 7, oldestMs: 1_500, full: false },
}

test('whoever scrapes sees what waits for Kafka, for how long, and who sends', async () => {
  const entries = { ...reading, mode: 'standby' as const, backlog: { rows: 0, oldestMs: 0, full: true } }
  let facts = reading
  const lines = await shown(metrics => showRelays(metrics, { facts: () => facts, entries: () => entries }))
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'haven_relay_leading{relay="facts"} 1',
      'haven_relay_leading{relay="entries"} 0',
      'haven_relay_working{relay="entries"} 1',
      'haven_relay_waiting{relay="facts"} 7',
      'haven_relay_waiting_age_seconds{relay="facts"} 1.5',
      'haven_relay_full{relay="facts"} 0',
      'haven_relay_full{relay="entries"} 1',
      'haven_relay_behind{relay="facts"} 4',
      'haven_relay_unreadable{relay="entries"} 5',
      'haven_relay_rounds_total{relay="facts"} 6',
      'haven_relay_numbered_total{relay="facts"} 9',
      'haven_relay_sent_total{relay="facts"} 8',
      'haven_relay_heads_total{relay="facts"} 3',
      'haven_relay_failures_total{relay="facts"} 2',
      'haven_relay_asks_total{relay="facts"} 1',
    ]),
  )
  facts = { ...reading, mode: 'waiting' }
  expect(await lines()).toEqual(
    expect.arrayContaining(['haven_relay_leading{relay="facts"} 0', 'haven_relay_working{relay="facts"} 0']),
  )
})

const source = (stopped: string | null) => ({ source: 'intake/topic/0', epoch: '1', last: '5', asking: false, stopped })
const state: ReturnType<StreamConsumer['state']> = {
  ...{ running: true, applied: 11, parked: 12, redriven: 13, dropped: 14, failures: 15, asks: 16, seeks: 17 },
  ...{ foreign: 18, alarms: 19, overdue: 20, lag: 21, waiting: 22 },
  sources: [source(null), source('prev-does-not-fit')],
}

test('and how far each consumer has come, what is parked, and what has stopped', async () => {
  const lines = await shown(metrics => showConsumers(metrics, { receipts: { state: () => state } }))
  const of = (name: string, value: number) => `haven_consumer_${name}{consumer="receipts"} ${value}`
  expect(await lines()).toEqual(
    expect.arrayContaining([
      of('running', 1),
      of('lag', 21),
      of('parked_waiting', 22),
      of('stopped', 1),
      of('overdue', 20),
      of('applied_total', 11),
      of('parked_total', 12),
      of('redriven_total', 13),
      of('dropped_total', 14),
      of('failures_total', 15),
      of('asks_total', 16),
      of('seeks_total', 17),
      of('foreign_total', 18),
      of('alarms_total', 19),
    ]),
  )
})

test('pools that are shown by different parts of a service stand side by side', async () => {
  const pool = (total: number, max: number) =>
    ({ totalCount: total, idleCount: 1, waitingCount: 2, options: { max } }) as Parameters<typeof showPools>[1][string]
  const lines = await shown(metrics => {
    showPools(metrics, { app: pool(5, 20) })
    showPools(metrics, { keys: pool(3, 10) })
  })
  const of = (name: string, pool: string, labels = '') =>
    `db_client_connection_${name}{db_client_connection_pool_name="${pool}"${labels}}`
  expect(await lines()).toEqual(
    expect.arrayContaining([
      `${of('count', 'app', ',db_client_connection_state="idle"')} 1`,
      `${of('count', 'app', ',db_client_connection_state="used"')} 4`,
      `${of('count', 'keys', ',db_client_connection_state="used"')} 2`,
      `${of('max', 'keys')} 10`,
      `${of('pending_requests', 'app')} 2`,
    ]),
  )
})

test('group commits show how many entries share one, how long they wait, and which failed', async () => {
  const lines = await shown(metrics => {
    const onBatch = countCommits(metrics)
    onBatch({ entries: 3, waitedMs: 2, isWritten: true })
    onBatch({ entries: 60, waitedMs: 40, isWritten: true })
    onBatch({ entries: 9, waitedMs: 1_500, isWritten: false })
  })
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'haven_record_batch_entries_sum 63',
      'haven_record_batch_entries_bucket{le="4"} 1',
      'haven_record_wait_seconds_count 2',
      'haven_record_wait_seconds_bucket{le="0.0025"} 1',
      'haven_record_wait_seconds_bucket{le="0.05"} 2',
      'haven_record_failures_total 1',
    ]),
  )
})
