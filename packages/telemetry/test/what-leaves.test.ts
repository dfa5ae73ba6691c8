import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Collector, plantedPeople, startCollector } from '@haven/testkit'
import { createTraceState, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTracing } from '../src/index.ts'
import { beginSpan, tracerName } from '../src/spans.ts'
import { recordedLog } from './lines.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const parent = `00-${traceId}-${spanId}-01`

let collector: Collector
beforeEach(async () => {
  collector = await startCollector()
})
afterEach(async () => {
  await collector.close()
})

/** What a collector got of some work, in the text that it got. */
async function exported(work: () => void): Promise<string> {
  const { log } = recordedLog()
  const options = { service: 'intake', endpoint: collector.url, sampler: 'parentbased_always_on', ratio: 1, log }
  const tracing = await startTracing(options)
  work()
  await tracing.stop()
  return collector.bodies.join('\n')
}

describe('of a span leaves what is listed', () => {
  const { people, findIn } = plantedPeople(3, 4_317)
  const planted = people.flatMap(({ referral, withdrawalDetails }) => [
    referral.reference,
    withdrawalDetails,
    ...Object.values({ ...referral.person, ...referral.referral }).filter(value => typeof value === 'string'),
  ])

  test('and no person whom somebody has put into any other field of it', async () => {
    const text = await exported(() => {
      for (const [n, value] of planted.entries()) {
        const traceState = createTraceState().set('haven', `planted${n}`)
        const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, traceState })
        const links = [{ context: { traceId, spanId, traceFlags: 1 }, attributes: { 'person.name': value } }]
        const attributes = { 'url.path': `/cases?name=${value}`, 'db.query.text': value, [value]: 1, 'haven.seq': n }
        const span = trace.getTracer(tracerName).startSpan('work', { attributes, links }, context)
        span.addEvent(value, { [value]: value })
        span.recordException(new Error(value))
        span.setStatus({ code: SpanStatusCode.ERROR, message: value })
        span.end()
      }
    })
    expect(collector.spans()).toHaveLength(planted.length)
    expect(collector.spans()[7]).toMatchObject({ attributes: { 'haven.seq': 7 }, status: { code: 2 }, events: [] })
    expect(findIn(Buffer.from(text))).toEqual([])
    expect(text).not.toContain('planted')
  })

  test('and none at all of a library, which names its spans as it likes', async () => {
    const text = await exported(() => {
      for (const value of planted) trace.getTracer('some library').startSpan(value).end()
    })
    expect(text).toBe('')
    expect(collector.refused).toEqual([])
  })

  test('beside the service nothing is said of the process, its user and its machine', async () => {
    const text = await exported(() => beginSpan('work', { parent }).end())
    const { resourceSpans } = JSON.parse(text)
    const said = resourceSpans[0].resource.attributes.map(({ key }: { key: string }) => key)
    expect(said.sort()).toEqual(['service.instance.id', 'service.name', 'service.namespace'])
  })
})

/** Runs in a process of its own, for what the SDK begins is begun once in a process. @returns what it printed, read as JSON */
async function inProcess(endpoint: string | undefined, work: string, env: Record<string, string> = {}) {
  const options = JSON.stringify({ service: 'intake', endpoint, sampler: 'parentbased_always_on', ratio: 1 })
  const program = `
    import { createRequire } from 'node:module'
    import { startTracing } from ${JSON.stringify(source('index'))}
    import { beginSpan } from ${JSON.stringify(source('spans'))}
    const { logs, metrics } = createRequire(${JSON.stringify(source('index'))})('@opentelemetry/api')
    const tracing = await startTracing({ ...${options}, log: { info() {}, warn() {} } })
    ${work}
    await tracing.stop()`
  const args = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } })
  return stdout && JSON.parse(stdout)
}

const source = (name: string): string => new URL(`../src/${name}.ts`, import.meta.url).href

test('nothing but spans leaves, and to nobody else, whatever other settings of OpenTelemetry the environment holds', async () => {
  const work = `
    beginSpan('work', { parent: '${parent}' }).end()
    metrics.getMeter('some library').createCounter('count').add(1)
    logs.getLogger('some library').emit({ body: 'words' })`
  await inProcess(collector.url, work, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${collector.url}/zipkin`,
    OTEL_TRACES_EXPORTER: 'zipkin,otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_NODE_RESOURCE_DETECTORS: 'all',
    OTEL_RESOURCE_ATTRIBUTES: 'planted=word',
  })
  expect(collector.spans()).toHaveLength(1)
  expect(collector.bodies.join()).not.toMatch(/planted|words/)
  expect(collector.refused).toEqual([])
})

test.each([
  [undefined, false],
  ['http://127.0.0.1:9', true],
])('with the endpoint %s the SDK is loaded: %s', async (endpoint, isLoaded) => {
  const work = `
    const files = Object.keys(createRequire(import.meta.url).cache)
    console.log(JSON.stringify(files.some(file => file.includes('@grpc/grpc-js'))))`
  expect(await inProcess(endpoint, work)).toBe(isLoaded)
})
