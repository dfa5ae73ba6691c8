import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { traceOf } from '../src/index.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

function request(traceparent?: string): IncomingMessage {
  return { headers: { traceparent } } as unknown as IncomingMessage
}

test('while nothing is exported a valid trace is handed on as it came: what follows finds the span that somebody keeps', () => {
  const { traceId: found, traceparent, sampledSpanId } = traceOf(request(`00-${traceId}-${span}-01`))
  expect(found).toBe(traceId)
  expect(traceparent).toBe(`00-${traceId}-${span}-01`)
  expect(sampledSpanId).toBe(span)
  expect(traceOf(request(`00-${traceId}-${span}-00`))).not.toHaveProperty('sampledSpanId')
})

test('flags that nobody knows yet are not handed on', () => {
  expect(traceOf(request(`00-${traceId}-${span}-ff`)).traceparent).toBe(`00-${traceId}-${span}-01`)
})

test.each([
  undefined,
  '',
  'Mary Example',
  `00-${'0'.repeat(32)}-${span}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `ff-${traceId}-${span}-01`,
  `00-${traceId.toUpperCase()}-${span}-01`,
  `00-${traceId}-${span}-01-extra`,
])('in place of %s a new trace begins', header => {
  const begun = traceOf(request(header))
  expect(begun.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  expect(begun.traceId).not.toBe(traceId)
  expect(begun).not.toHaveProperty('sampledSpanId')
})

test('a request has one trace however often it is asked', () => {
  const one = request()
  expect(traceOf(one)).toBe(traceOf(one))
  expect(traceOf(one).traceId).not.toBe(traceOf(request()).traceId)
})
