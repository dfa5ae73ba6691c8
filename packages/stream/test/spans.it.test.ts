import { startTracing, type Tracing } from '@haven/telemetry'
import { type CollectedSpan, type Collector, startCollector, testLog } from '@haven/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listParked, requestParked } from '../src/parked/parked.ts'
import { Poison } from '../src/types.ts'
import { emit, insertEffect, readerOf, relayOf, thing, things, until } from './harness.ts'
import { stand } from './stand.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const cause = '00f067aa0ba902b7'
const traced = (key: string, n: number, flags = '01') => ({
  ...thing(key, n),
  traceparent: `00-${traceId}-${cause}-${flags}`,
})

const here = stand()
let collector: Collector
let tracing: Tracing
beforeEach(async () => {
  collector = await startCollector()
  const options = { service: 'streamtest', sampler: 'parentbased_always_on', ratio: 1 }
  tracing = await startTracing({ ...options, endpoint: collector.url, log: testLog() as never })
})
afterEach(async () => {
  await tracing.stop()
  await collector.close()
})

const named = (name: string): CollectedSpan[] => collector.spans().filter(span => span.name === name)
async function relay() {
  const started = here.start(relayOf(here.owner, here.bus))
  await started.ready()
  return started
}

describe('a fact whose trace is kept', () => {
  it('has a span for its send, and what its effect causes follows from that', async () => {
    const seen: (string | undefined)[] = []
    const consumer = here.start(
      readerOf(here.reader, here.bus, {
        effect: async (fact, work) => {
          seen.push(fact.traceparent)
          await insertEffect(work.tx, fact)
        },
      }),
    )
    const sender = await relay()
    await emit(here.owner, [traced('a', 1), thing('b', 1), traced('c', 1, '00')])
    sender.wake()
    await until('all applied', () => consumer.state().applied === 3)
    await until('its spans', () => named('apply fact').length === 1 && named(`send ${things}`).length === 1)
    const [send, process, apply] = [`send ${things}`, `process ${things}`, 'apply fact'].map(name => named(name)[0]!)
    expect(collector.spans()).toHaveLength(3)
    expect(send).toMatchObject({ traceId, parentSpanId: cause, kind: 4, status: { code: 0 } })
    expect(process).toMatchObject({ traceId, parentSpanId: send!.spanId, kind: 5 })
    expect(process!.attributes).toMatchObject({ 'haven.consumer.outcome': 'applied' })
    expect(apply).toMatchObject({ traceId, parentSpanId: process!.spanId, status: { code: 0 } })
    expect(seen).toContain(`00-${traceId}-${apply!.spanId}-01`)
    expect(seen).toContainEqual(expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`)))
    expect(seen).toContain(undefined)
  })

  it('shows each attempt with its code, that it was parked, and the redrive as well', async () => {
    let isBroken = true
    const log = testLog()
    const consumer = here.start(
      readerOf(here.reader, here.bus, {
        log,
        effect: async (fact, work) => {
          if (isBroken) throw new Poison('thing-unknown', { cause: new Error('Mary') })
          await insertEffect(work.tx, fact)
        },
      }),
    )
    const sender = await relay()
    await emit(here.owner, [traced('a', 1)])
    sender.wake()
    await until('it is parked', () => consumer.state().parked === 1)
    isBroken = false
    const [parked] = await listParked(here.reader.app)
    await requestParked(here.reader.app, parked!.id, 'redrive', 'operator')
    await until('it is redriven', () => consumer.state().redriven === 1)
    await until('both applications', () => named('apply fact').length === 2 && named(`process ${things}`).length === 2)
    const [failed, done] = named('apply fact')
    expect(failed).toMatchObject({ status: { code: 2 }, events: [], attributes: { 'error.type': 'thing-unknown' } })
    expect(done).toMatchObject({ traceId, status: { code: 0 } })
    const [first, redriven] = named(`process ${things}`)
    expect(first!.attributes).toMatchObject({ 'haven.consumer.outcome': 'parked' })
    expect(redriven!.parentSpanId).toBe(named(`send ${things}`)[0]!.spanId)
    expect(collector.bodies.join()).not.toContain('Mary')
    const told = log.lines.filter(({ level }) => level === 'error' || level === 'info')
    expect(told.filter(line => JSON.stringify(line).includes(traceId)).map(({ level }) => level)).toEqual([
      'error',
      'info',
    ])
  })
})
