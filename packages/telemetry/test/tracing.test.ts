import { type CollectedSpan, type Collector, startCollector } from '@haven/testkit'
import fastify, { type FastifyBaseLogger } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { metrics, RequestLog, requestTelemetry, startTracing, type Tracing, traceOf } from '../src/index.ts'
import { beginSpan, inSpan } from '../src/spans.ts'
import { recordedLog } from './lines.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentSpanId = '00f067aa0ba902b7'
const traceparent = `00-${traceId}-${parentSpanId}-01`
const seconds = (since: number) => (performance.now() - since) / 1_000

let collector: Collector
let tracing: Tracing | undefined
beforeEach(async () => {
  collector = await startCollector()
})
afterEach(async () => {
  await tracing?.stop()
  await collector.close()
})

async function traced(options: { sampler?: string; ratio?: number; endpoint?: string } = {}) {
  const { log, lines } = recordedLog()
  const { sampler = 'parentbased_always_on', ratio = 1, endpoint = collector.url } = options
  tracing = await startTracing({ service: 'intake', endpoint, sampler, ratio, log })
  const exported = async (): Promise<CollectedSpan[]> => {
    await tracing!.stop()
    return collector.spans()
  }
  return { exported, log, lines }
}

async function service(log: ReturnType<typeof recordedLog>['log']) {
  const app = fastify({ loggerInstance: log as FastifyBaseLogger, logController: new RequestLog() })
  await app.register(requestTelemetry, { metrics: metrics({ service: 'intake' }) })
  app.get('/cases/:id', async request => ({ traceparent: request.traceparent, id: traceOf(request.raw).traceId }))
  app.get('/broken', async () => {
    throw new Error('Mary is broken', { cause: new Error('Mary') })
  })
  app.get('/livez', async () => ({}))
  return app
}

describe('a request', () => {
  test('has a span by its route template that follows from the caller’s, and what it causes follows from its own', async () => {
    const { exported, log } = await traced()
    const app = await service(log)
    const answer = await app.inject({ url: '/cases/7f3c?name=mary', headers: { traceparent, 'x-name': 'mary' } })
    const [span] = await exported()
    expect(span).toEqual({
      ...{ service: 'intake', traceId, parentSpanId, name: 'GET /cases/:id', kind: 2, status: { code: 0 }, events: [] },
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      attributes: { 'http.request.method': 'GET', 'http.route': '/cases/:id', 'http.response.status_code': 200 },
    })
    expect(answer.json()).toEqual({ traceparent: `00-${traceId}-${span!.spanId}-01`, id: traceId })
    expect(collector.bodies.join()).not.toMatch(/7f3c|mary/)
  })

  test('that fails says so by its status, never by the error’s words', async () => {
    const { exported, log } = await traced()
    await (await service(log)).inject('/broken')
    const [span] = await exported()
    expect(span).toMatchObject({ name: 'GET /broken', status: { code: 2 }, events: [] })
    expect(span!.attributes).toMatchObject({ 'error.type': '500', 'http.response.status_code': 500 })
    expect(collector.bodies.join()).not.toContain('Mary')
  })

  test('without a route has its method for a name, and probes have no span', async () => {
    const { exported, log } = await traced()
    const app = await service(log)
    await app.inject('/mary')
    await app.inject('/livez')
    expect((await exported()).map(({ name }) => name)).toEqual(['GET'])
    expect(collector.bodies.join()).not.toContain('mary')
  })
})

describe('work in a span', () => {
  test('hands on its place in the trace, and fails with a code and no words', async () => {
    const { exported } = await traced()
    const failed = Object.assign(new Error('Mary exists already'), { code: '23505' })
    const work = inSpan('outer', { parent: traceparent }, outer =>
      inSpan('inner', { parent: outer }, () => Promise.reject(failed)),
    )
    await expect(work).rejects.toBe(failed)
    const [inner, outer] = await exported()
    expect(inner).toMatchObject({ name: 'inner', parentSpanId: outer!.spanId, attributes: { 'error.type': '23505' } })
    expect(outer).toMatchObject({ name: 'outer', parentSpanId, status: { code: 2 } })
    expect(collector.bodies.join()).not.toContain('Mary')
  })

  test('of what has no trace begins none', async () => {
    const { exported } = await traced()
    await inSpan('alone', { parent: 'Mary' }, async own => expect(own).toBeUndefined())
    expect(await exported()).toEqual([])
  })
})

describe('which traces are kept', () => {
  const kept = async (sampler: string, ratio: number, parent?: string): Promise<number> => {
    const { exported } = await traced({ sampler, ratio })
    for (let n = 0; n < 400; n++) beginSpan('some', { parent }).end()
    return (await exported()).length
  }
  test.each([
    ['parentbased_always_on', 1, undefined, 400, 400],
    ['parentbased_always_on', 1, traceparent, 400, 400],
    ['parentbased_always_on', 1, traceparent.replace(/01$/, '00'), 0, 0],
    ['parentbased_traceidratio', 0.25, undefined, 50, 150],
    ['parentbased_traceidratio', 0, traceparent, 400, 400],
    ['parentbased_always_off', 1, undefined, 0, 0],
    ['traceidratio', 0, traceparent, 0, 0],
    ['always_off', 1, traceparent, 0, 0],
  ])('%s at %d, called with %s', async (sampler, ratio, parent, least, most) => {
    const count = await kept(sampler, ratio, parent)
    expect(count).toBeGreaterThanOrEqual(least)
    expect(count).toBeLessThanOrEqual(most)
  })
})

describe('a collector that is away', () => {
  test('is told of once, holds nobody up at the end, and no more waits for it than its queue', async () => {
    const { url } = collector
    await collector.close()
    const { lines } = await traced({ endpoint: url })
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 3_000; n++) beginSpan('some', { parent: traceparent }).end()
      await new Promise(resolve => setTimeout(resolve, 300))
    }
    const began = performance.now()
    await tracing!.stop()
    expect(seconds(began)).toBeLessThan(2)
    await expect.poll(() => lines.filter(({ level }) => level === 'warn'), { timeout: 12_000 }).toHaveLength(1)
    expect(lines.at(-1)).toMatchObject({ msg: 'spans cannot be exported and are dropped', error: expect.any(String) })
  }, 20_000)

  test('gets what its queue held when it comes back', async () => {
    const { url } = collector
    await collector.close()
    const { log } = await traced({ endpoint: url })
    for (let n = 0; n < 9_000; n++) beginSpan('some', { parent: traceparent }).end()
    collector = await startCollector({ port: Number(new URL(url).port) })
    await tracing!.stop()
    expect(collector.spans().length).toBeGreaterThan(0)
    expect(collector.spans().length).toBeLessThanOrEqual(2_048 + 512)
    expect(log).toBeDefined()
  })
})

test('without an endpoint nothing is made and nothing leaves', async () => {
  const { log, lines } = recordedLog()
  tracing = await startTracing({ service: 'intake', sampler: 'always_on', ratio: 1, log })
  expect(beginSpan('some', { parent: traceparent }).isRecording()).toBe(false)
  await tracing.stop()
  expect([collector.bodies, lines]).toEqual([[], []])
})
