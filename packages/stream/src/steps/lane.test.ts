import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abandoned, acknowledged, begin, hasPending, type Lane, numberedTo, openLane, rewind } from './lane.ts'

const seq = fc.bigInt({ min: 0n, max: 60n })
const act = fc.oneof(
  fc.record({ do: fc.constant('number' as const), to: seq }),
  fc.record({ do: fc.constant('send' as const), many: fc.bigInt({ min: 0n, max: 7n }) }),
  fc.record({ do: fc.constant('acknowledge' as const) }),
  fc.record({ do: fc.constant('abandon' as const) }),
  fc.record({ do: fc.constant('ask' as const), from: fc.bigInt({ min: -3n, max: 70n }) }),
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

function least(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

/** A lane under a schedule, beside what really reached Kafka. */
function play(acts: Act[], each: (lane: Lane, inKafka: Set<bigint>) => void): Lane {
  let lane = openLane(0n, 0n, 0n)
  let to = 0n
  const inKafka = new Set<bigint>()
  for (const one of acts) {
    if (one.do === 'number') lane = numberedTo(lane, one.to)
    if (one.do === 'ask') lane = rewind(lane, one.from)
    if (one.do === 'abandon') lane = abandoned(lane)
    if (one.do === 'send' && hasPending(lane)) {
      to = least(lane.cursor + one.many, lane.next)
      for (let n = lane.cursor + 1n; n <= to; n++) inKafka.add(n)
      lane = begin(lane)
    }
    if (one.do === 'acknowledge' && lane.slot !== null) lane = acknowledged(lane, to)
    each(lane, inKafka)
  }
  return lane
}

describe('a lane', () => {
  it('never says that it has sent what Kafka did not get, whatever the schedule', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), acts => {
        play(acts, (lane, inKafka) => {
          for (let n = 1n; n <= lane.sent; n++) expect(inKafka.has(n)).toBe(true)
          expect(lane.cursor <= lane.sent && lane.sent <= lane.next).toBe(true)
        })
      }),
    )
  })

  it('what was acknowledged only grows, asks or no asks', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), acts => {
        let before = 0n
        play(acts, ({ sent }) => {
          expect(sent >= before).toBe(true)
          before = sent
        })
      }),
    )
  })

  it('an ask that comes while a send is in flight is not passed over by its acknowledgement', () => {
    const lane = begin(numberedTo(openLane(0n, 0n, 4n), 9n))
    const after = acknowledged(rewind(lane, 2n), 9n)
    expect(after).toEqual({ next: 9n, sent: 9n, cursor: 1n, slot: null })
  })

  it('of several asks the least counts', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 50n }), { minLength: 1 }), asks => {
        const lane = asks.reduce<Lane>((one, from) => rewind(one, from), openLane(50n, 50n, 50n))
        expect(lane.cursor).toBe(asks.reduce((a, b) => least(a, b)) - 1n)
      }),
    )
  })

  it('takes one send at a time', () => {
    const busy = begin(openLane(3n, 0n, 0n))
    expect(hasPending(busy)).toBe(false)
    expect(() => begin(busy)).toThrow('one send in flight')
    expect(() => acknowledged(openLane(3n, 0n, 0n), 1n)).toThrow('nothing was in flight')
  })
})
