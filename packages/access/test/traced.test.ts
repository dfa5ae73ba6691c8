import { describe, expect, test } from 'vitest'
import { type SystemPart, systemRecord } from '../src/index.ts'
import { entryOfRequest } from '../src/record/make-entry.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const [kept, unkept] = [`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-00`]
const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString())

describe('an entry says in which trace it was made, and in which span where the trace is kept', () => {
  const policy = { id: 'rules', version: '1' }
  const at = new Date('2026-01-02T03:04:05Z')
  const action = { resource: 'case', class: 'data-access', roles: [], purposes: [] } as never

  test('of a request', () => {
    const entryOf = (traceparent?: string) => {
      const raw = { headers: { traceparent } }
      const request = { raw, headers: raw.headers, id: '0198a0b0-0000-4000-8000-000000000001' } as never
      const ended = { name: 'case.read', action, outcome: 'success' as const, ip: '::1' }
      return read(entryOfRequest(request, ended, { service: 'intake', policy, now: () => at }))
    }
    expect(entryOf(kept)).toMatchObject({ trace: traceId, span: spanId })
    expect(entryOf(unkept)).toMatchObject({ trace: traceId })
    expect(entryOf(unkept)).not.toHaveProperty('span')
    expect(entryOf('Mary')).toMatchObject({ trace: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(entryOf('Mary')).not.toHaveProperty('span')
  })

  test('of a consumer', () => {
    const part: SystemPart = {
      ...{ service: 'intake', part: 'inbound', action: 'inbound.apply', resource: 'referral', policy },
      purpose: 'assistance',
    }
    const entryOf = (traceparent?: string) => read(systemRecord(part, { at, cause: 'fact', traceparent }).entry)
    expect(entryOf(kept)).toMatchObject({ trace: traceId, span: spanId })
    expect(entryOf(unkept)).toMatchObject({ trace: traceId })
    expect(entryOf(unkept)).not.toHaveProperty('span')
    expect(entryOf('Mary')).not.toHaveProperty('trace')
    expect(entryOf()).not.toHaveProperty('trace')
  })
})
