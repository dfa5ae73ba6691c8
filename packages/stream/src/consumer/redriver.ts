import type { Work } from '@haven/db'
import { followsByItself, nextOfKey } from '../steps/parking.ts'
import { formatStreamName, type StreamName } from '../steps/stream-name.ts'
import type { NewFact, ReceivedFact, SqlTransaction } from '../types.ts'
import { causeOf, failureOf } from './causes.ts'
import type { ConsumerCounters, ConsumerOptions } from './options.ts'
import { deleteParked, keepParked, lockKey, type ParkedRow, requestNext } from './parked-store.ts'
import { lockPlace } from './place-store.ts'
import { applying, following, processing, traceIn } from './process-spans.ts'
import { type Carrier, outline, readFact } from './receive.ts'
import type { Source } from './source.ts'

interface AskedKey {
  service: string
  topic: string
  part: number
  key: string
}

type Done = { row: ParkedRow; what: 'redriven' | 'dropped' } | null

/** Does what operators have asked for with parked events. Any instance may: the place's row is locked first. */
export class Redriver<Tx extends SqlTransaction> {
  readonly #options: ConsumerOptions<Tx>
  readonly #counters: ConsumerCounters

  constructor(options: ConsumerOptions<Tx>, counters: ConsumerCounters) {
    this.#options = options
    this.#counters = counters
  }

  /** One look; works every key of which something was asked for, as far as it goes. */
  async look(isRunning: () => boolean): Promise<void> {
    const { pool, name } = this.#options
    const { rows } = await pool.query<AskedKey>(
      `select distinct service, topic, part, key from stream.parked where consumer = $1 and requested is not null limit 100`,
      [name],
    )
    for (const { key, part, ...rest } of rows) {
      const source = { consumer: name, partition: part, ...rest }
      while (isRunning() && (await this.#step(source, key))) {}
    }
  }

  /** One event of a key. False when nothing more can be done with the key now. */
  async #step(source: Source, key: string): Promise<boolean> {
    const tried: { row: ParkedRow | null } = { row: null }
    try {
      const done = await this.#options.unitOfWork(work => this.#transact(source, key, work, tried))
      if (!done) return false
      this.#counters[done.what]++
      this.#options.log.info(
        { ...fieldsOf(source, done.row), what: done.what },
        'a parked event has gone as an operator asked',
      )
      return true
    } catch (error) {
      this.#counters.failures++
      if (failureOf(error) === 'transient' || !tried.row) return false
      return this.#keep(source, tried.row, causeOf(error))
    }
  }

  async #transact(
    source: Source,
    key: string,
    work: Work<Tx, NewFact>,
    tried: { row: ParkedRow | null },
  ): Promise<Done> {
    await lockPlace(work.tx, source)
    const rows = await lockKey(work.tx, source, key)
    const step = nextOfKey(rows.map(stepOf))
    if (step.do === 'wait') return null
    const row = rows[step.index]!
    tried.row = row
    await deleteParked(work.tx, row.id)
    const rest = rows.filter(one => one !== row)
    const next = followsByItself(rest.map(stepOf))
    if (next !== null && step.index === 0) await requestNext(work.tx, rest[next]!.id)
    await processing(source, { factId: row.fact_id, carrier: carrierOf(row) }, async traceparent => {
      if (step.do === 'drop') await this.#options.onDropped?.(following(frameOf(source, row), traceparent), work)
      else await applying(this.#options, following(factOf(source, row), traceparent), work)
    })
    return { row, what: step.do === 'drop' ? 'dropped' : 'redriven' }
  }

  async #keep(source: Source, row: ParkedRow, cause: string): Promise<boolean> {
    await this.#options.unitOfWork(async work => {
      await lockPlace(work.tx, source)
      await keepParked(work.tx, row.id, cause)
    })
    this.#options.log.warn({ ...fieldsOf(source, row), cause }, 'a parked event failed again and stays parked')
    // A drop of another event of the key may still be asked for.
    return true
  }
}

function stepOf(row: ParkedRow) {
  return { epoch: BigInt(row.epoch), seq: BigInt(row.seq), cause: row.cause, requested: row.requested }
}

function streamOf(source: Source, row: ParkedRow): StreamName {
  return { service: source.service, topic: source.topic, partition: source.partition, epoch: BigInt(row.epoch) }
}

function carrierOf({ key, headers, value }: ParkedRow): Carrier {
  return { key, headers, value: value === null ? null : Buffer.from(value, 'base64') }
}

function factOf(source: Source, row: ParkedRow): ReceivedFact {
  return readFact(streamOf(source, row), BigInt(row.seq), row.fact_id, carrierOf(row))
}

function frameOf(source: Source, row: ParkedRow): ReceivedFact {
  try {
    return factOf(source, row)
  } catch {
    return outline(streamOf(source, row), BigInt(row.seq), row.fact_id, carrierOf(row))
  }
}

function fieldsOf(source: Source, row: ParkedRow) {
  return {
    consumer: source.consumer,
    parked: row.id,
    stream: formatStreamName(streamOf(source, row)),
    seq: row.seq,
    ...traceIn(row),
  }
}
