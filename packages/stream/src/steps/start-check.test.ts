import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkStart, type LastSeen } from './start-check.ts'
import type { StreamName } from './stream-name.ts'

const own: StreamName = { service: 'intake', epoch: 5n, topic: 'haven.test.thing', partition: 0 }
const last = (seq: bigint, stream: Partial<StreamName> = {}): LastSeen => {
  return { stream: { ...own, ...stream }, seq, sent: seq, factId: seq === 0n ? null : `id-${seq}` }
}
const number = fc.bigInt({ min: 0n, max: 20n })

describe('the start check', () => {
  it('goes on behind what Kafka has when the database knows it, whatever was noted as sent', () => {
    fc.assert(
      fc.property(number, number, (seq, more) => {
        expect(checkStart(own, seq + more, last(seq), seq === 0n ? null : `id-${seq}`)).toEqual({ resumeAt: seq })
      }),
    )
  })

  it('refuses a database that has fewer numbers than Kafka, and names the remedy', () => {
    fc.assert(
      fc.property(number, fc.bigInt({ min: 1n, max: 20n }), (next, more) => {
        expect(checkStart(own, next, last(next + more), null)).toEqual({
          refused: expect.stringMatching(/haven epoch new.*intake/),
        })
      }),
    )
  })

  it('refuses it also when the newest record was sent again and lies below: the relay died in the middle of a resend', () => {
    expect(checkStart(own, 9n, { ...last(4n), sent: 12n }, 'id-4')).toHaveProperty('refused')
    expect(checkStart(own, 12n, { ...last(4n), sent: 12n }, 'id-4')).toEqual({ resumeAt: 4n })
  })

  it('refuses a database that has another fact at the number, or none', () => {
    expect(checkStart(own, 9n, last(4n), 'another')).toHaveProperty('refused')
    expect(checkStart(own, 9n, last(4n), null)).toHaveProperty('refused')
  })

  it('refuses when a later epoch was opened: the same backup was restored twice', () => {
    expect(checkStart(own, 9n, last(0n, { epoch: 6n }), null)).toHaveProperty('refused')
  })

  it('an empty partition, an older epoch and somebody else’s record are no objection', () => {
    expect(checkStart(own, 9n, null, null)).toEqual({ resumeAt: 0n })
    expect(checkStart(own, 9n, last(99n, { epoch: 4n }), null)).toEqual({ resumeAt: 0n })
    expect(checkStart(own, 9n, last(99n, { service: 'gateway' }), null)).toEqual({ resumeAt: 0n })
  })
})
