import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AuditEntry, serviceNames } from '@haven/contracts'
import { type CollectedSpan, spansIn } from '@haven/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRealCollector } from './real-collector.ts'
import { startCollectorBeside, startSystem } from './start-system.ts'
import { eventually, type System } from './system.ts'

/** An OpenTelemetry Collector to be taken instead of our own receiver, when somebody has one. */
const program = process.env.HAVEN_TEST_COLLECTOR

const traceId = randomBytes(16).toString('hex')
const partnerSpan = randomBytes(8).toString('hex')
const traceparent = `00-${traceId}-${partnerSpan}-01`

describe('one trace', () => {
  const directory = mkdtempSync(join(tmpdir(), 'haven-collector-'))
  const file = join(directory, 'traces.jsonl')
  let collector: { readonly url: string; close(): Promise<void> }
  let system: System
  beforeAll(async () => {
    collector =
      program === undefined
        ? await startCollectorBeside({ file })
        : await startRealCollector(program, { file, directory })
    system = startSystem({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })
    await system.ready()
  })
  afterAll(async () => {
    await system.close()
    await collector.close()
    rmSync(directory, { recursive: true })
  })

  const collected = (): CollectedSpan[] =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .flatMap(spansIn)
      .filter(span => span.traceId === traceId)

  /** What a span follows from, itself first, as far as the file knows. */
  function path(from: CollectedSpan, all: readonly CollectedSpan[]): CollectedSpan[] {
    const parent = all.find(({ spanId }) => spanId === from.parentSpanId)
    return [from, ...(parent ? path(parent, all) : [])]
  }

  /** Entries that an auditor finds by the trace. */
  async function entries(): Promise<AuditEntry[]> {
    const filter = encodeURIComponent(`trace:${traceId}`)
    const headers = { 'purpose-of-use': 'audit' }
    const { body } = await system.call('audit', 'auditor', 'GET', `/entries?filter=${filter}`, { headers })
    return body.items.map((item: { entry: AuditEntry }) => item.entry)
  }

  test('leads in the file of a collector from a partner to the entry in the log, each span to the one that it follows from', async () => {
    const { body: types } = await system.call('gateway', 'partner', 'GET', '/event-types')
    const { sample } = types.items[0]
    const event = { ...sample, id: randomUUID(), data: { ...sample.data, reference: 'trace/1' } }
    const headers = { 'content-type': 'application/cloudevents+json', traceparent }
    const answer = await system.call('gateway', 'partner', 'POST', '/events', { headers, body: JSON.stringify(event) })
    expect(answer.status).toBe(202)

    const stored = await eventually('both entries are in the log', async () => {
      const found = await entries()
      return found.length === 2 && found
    })
    const opened = stored.find(({ action }) => action === 'inbound.apply')!
    const posted = stored.find(({ action }) => action === 'event.post')!
    const spans = await eventually('the spans of both are in the file', async () => {
      const all = collected()
      const isWhole = all.every(
        ({ parentSpanId: from }) => from === partnerSpan || all.some(one => one.spanId === from),
      )
      return isWhole && all.filter(({ name }) => name === 'append entry').length === 2 && all
    })

    const ends = spans.filter(({ name }) => name === 'append entry')
    const [toOpened, toPosted] = [opened, posted].map(entry => {
      const end = ends.find(({ parentSpanId }) => parentSpanId === entry.span)!
      return path(end, spans)
        .map(({ service, name }) => `${service}: ${name}`)
        .toReversed()
    })
    expect(toOpened).toEqual([
      'gateway: POST /events',
      'gateway: accept events',
      'gateway: send haven.partner.inbound',
      'intake: process haven.partner.inbound',
      'intake: apply fact',
      'audit: append entry',
    ])
    expect(toPosted).toEqual(['gateway: POST /events', 'audit: append entry'])
    expect(path(ends[0]!, spans).at(-1)!.parentSpanId).toBe(partnerSpan)
  })

  test('goes on where the answer comes back: the receipt is moved in it', async () => {
    const spans = await eventually('the way back', async () => {
      const all = collected()
      const last = all.find(({ service, name }) => service === 'gateway' && name === 'process haven.intake.inbound')
      return last && path(last, all).at(-1)!.parentSpanId === partnerSpan && all
    })
    const back = spans.find(({ service, name }) => service === 'gateway' && name === 'process haven.intake.inbound')!
    expect(path(back, spans).map(({ service }) => service)).toEqual(expect.arrayContaining(['gateway', 'intake']))
    expect(path(back, spans).at(-1)!.parentSpanId).toBe(partnerSpan)
  })

  test('has one id: that of the spans stands in log lines and problems too', async () => {
    const headers = { 'content-type': 'application/cloudevents+json', traceparent }
    const refused = await system.call('gateway', 'partner', 'POST', '/events', { headers, body: '{}' })
    expect(refused.body).toMatchObject({ status: 422, traceId })
    const spans = await eventually('its span', async () => {
      const found = collected().filter(({ attributes }) => attributes['http.response.status_code'] === 422)
      return found.length > 0 && found
    })
    expect(spans).toMatchObject([{ service: 'gateway', name: 'POST /events', parentSpanId: partnerSpan }])
    const lines = (await system.log('gateway')).split('\n')
    expect(lines.filter(line => line.includes(traceId) && line.includes('request completed'))).toHaveLength(2)
  })

  test('is one of many: what comes without one begins its own, and probes begin none', async () => {
    await system.call('intake', 'caseworker', 'GET', '/referrals')
    await fetch(`${system.run.services.intake.url}/livez`)
    const all = () => readFileSync(file, 'utf8').trim().split('\n').flatMap(spansIn)
    const [list] = await eventually('its span', async () => {
      const found = all().filter(({ name }) => name === 'GET /referrals')
      return found.length > 0 && found
    })
    expect(list).toMatchObject({ service: 'intake', parentSpanId: undefined, kind: 2 })
    expect(list!.traceId).not.toBe(traceId)
    expect(all().filter(({ name }) => /livez|readyz|metrics/.test(name))).toEqual([])
  })

  test('costs nobody anything when the collector goes: services answer and stop within their grace', async () => {
    await collector.close()
    for (let n = 0; n < 20; n++)
      expect(
        (await system.call('intake', 'caseworker', 'GET', '/referrals', { headers: { traceparent } })).status,
      ).toBe(200)
    const began = performance.now()
    await system.stop()
    expect(performance.now() - began).toBeLessThan(20_000)
    for (const service of serviceNames) {
      const log = await system.log(service)
      expect(log).toContain('"msg":"stopped"')
      expect(log).not.toContain('did not stop in time')
      expect(log.split('spans cannot be exported').length - 1).toBeLessThanOrEqual(1)
    }
  })
})
