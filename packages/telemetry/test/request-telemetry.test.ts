import fastify, { type FastifyBaseLogger } from 'fastify'
import { expect, test } from 'vitest'
import { metrics as createMetrics, RequestLog, requestTelemetry } from '../src/index.ts'
import { recordedLog } from './lines.ts'

async function service() {
  const { log, lines } = recordedLog()
  const metrics = createMetrics({ service: 'intake' })
  const app = fastify({ loggerInstance: log as FastifyBaseLogger, logController: new RequestLog() })
  await app.register(requestTelemetry, { metrics })
  app.get('/cases/:id', async request => ({ traceparent: request.traceparent }))
  app.get('/broken', async () => {
    throw new Error('broken')
  })
  return { app, lines, metrics }
}

test('requests are counted by template, never by what stood in its place', async () => {
  const { app, metrics } = await service()
  await app.inject('/cases/7f3c')
  await app.inject('/cases/91aa?name=mary')
  await app.inject('/broken')
  await app.inject('/nowhere/7f3c')
  const text = await metrics.render()
  expect(text).toContain(
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/cases/:id",http_response_status_code="200"} 2',
  )
  expect(text).toContain(
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/broken",http_response_status_code="500"} 1',
  )
  expect(text).toContain(
    'http_server_request_duration_seconds_count{http_request_method="GET",http_route="unmatched",http_response_status_code="404"} 1',
  )
  expect(text).not.toMatch(/7f3c|91aa|mary/)
})

test('a request is one line: template, status and duration', async () => {
  const { app, lines } = await service()
  await app.inject('/cases/7f3c?name=mary')
  expect(lines).toMatchObject([
    { method: 'GET', route: '/cases/:id', status: 200, durationMs: expect.any(Number), msg: 'request completed' },
  ])
  expect(JSON.stringify(lines)).not.toMatch(/7f3c|mary/)
})

test('what a request causes continues its trace', async () => {
  const { app } = await service()
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const answer = await app.inject({ url: '/cases/1', headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } })
  expect(answer.json().traceparent).toContain(traceId)
})

test('instruments of others stand beside ours', async () => {
  const { metrics } = await service()
  metrics.meter.createCounter('haven.stream.sent').add(3, { topic: 'haven.intake.case' })
  expect(await metrics.render()).toContain('haven_stream_sent_total{topic="haven.intake.case"} 3')
})
