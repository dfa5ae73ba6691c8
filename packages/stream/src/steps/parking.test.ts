import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterFailure, retriesBeforeParking } from './failure.ts'
import { behindCause, followsByItself, nextOfKey, type ParkedStep } from './parking.ts'

const parked: fc.Arbitrary<ParkedStep[]> = fc.uniqueArray(
  fc.record({
    epoch: fc.bigInt({ min: 1n, max: 2n }),
    seq: fc.bigInt({ min: 1n, max: 20n }),
    cause: fc.constantFrom(behindCause, 'thing-unknown'),
    requested: fc.constantFrom(null, 'redrive' as const, 'drop' as const),
  }),
  { selector: one => `${one.epoch} ${one.seq}`, maxLength: 8 },
)
const isFirst = (one: ParkedStep, all: ParkedStep[]) => {
  return all.every(other => one.epoch < other.epoch || (one.epoch === other.epoch && one.seq <= other.seq))
}

describe('the parked events of one key', () => {
  it('only the first is ever redriven, in whatever order they were asked for', () => {
    fc.assert(
      fc.property(parked, all => {
        const step = nextOfKey(all)
        if (step.do === 'redrive') {
          expect(isFirst(all[step.index]!, all)).toBe(true)
          expect(all[step.index]!.requested).toBe('redrive')
        }
        if (step.do === 'drop') expect(all[step.index]!.requested).toBe('drop')
        if (step.do === 'wait') {
          expect(all.some(one => one.requested === 'drop')).toBe(false)
          expect(all.some(one => one.requested === 'redrive' && isFirst(one, all))).toBe(false)
        }
      }),
    )
  })

  it('an event with a cause of its own never follows by itself, one that only waited always does', () => {
    fc.assert(
      fc.property(parked, all => {
        const next = followsByItself(all)
        const first = all.findIndex(one => isFirst(one, all))
        const mayFollow = first >= 0 && all[first]!.cause === behindCause && all[first]!.requested === null
        expect(next).toBe(mayFollow ? first : null)
      }),
    )
  })

  it('one redrive of the first brings all that only waited, in order', () => {
    let all: ParkedStep[] = [1n, 2n, 3n].map(seq => ({ epoch: 1n, seq, cause: behindCause, requested: null }))
    all[0] = { ...all[0]!, cause: 'thing-unknown', requested: 'redrive' }
    const done: bigint[] = []
    for (let step = nextOfKey(all); step.do === 'redrive'; step = nextOfKey(all)) {
      done.push(all[step.index]!.seq)
      const gone = step.index
      all = all.filter((_, index) => index !== gone)
      const next = followsByItself(all)
      if (next !== null) all[next] = { ...all[next]!, requested: 'redrive' }
    }
    expect(done).toEqual([1n, 2n, 3n])
  })
})

describe('a failed attempt', () => {
  it('what is not the event’s fault is repeated for ever, after pauses of at most 5 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 3 }), (tries, others) => {
        const next = afterFailure('transient', tries, others)
        expect(next).toMatchObject({ do: 'retry', others })
        if (next.do === 'retry') expect(next.inMs).toBeLessThanOrEqual(5_000)
      }),
    )
  })

  it('what may be its fault is repeated three times, with growing pauses, then it is parked', () => {
    let others = 0
    const pauses: number[] = []
    for (let tries = 1; ; tries++) {
      const next = afterFailure('other', tries, others)
      if (next.do !== 'retry') break
      pauses.push(next.inMs)
      others = next.others
    }
    expect(pauses).toEqual([100, 400, 1_600])
    expect(pauses).toHaveLength(retriesBeforeParking)
  })

  it('poison is parked at once, and a moved place is read anew', () => {
    expect(afterFailure('poison', 1, 0)).toEqual({ do: 'park' })
    expect(afterFailure('moved', 1, 0)).toEqual({ do: 'reload' })
  })
})
