import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headsAfterChange, headsAfterHead, nextPause, startHeads } from './head-clock.ts'
import { intervals } from './intervals.ts'
import { seekTarget, watchAfterCheck, watchAfterRecord } from './overdue.ts'

describe('heads', () => {
  it('the first is due at once, the next 5 s later, then they thin out to one a minute', () => {
    let clock = startHeads(0)
    const pauses = Array.from({ length: 7 }, () => {
      const now = clock.dueAt
      clock = headsAfterHead(clock, now)
      return clock.dueAt - now
    })
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  })

  it('after a change one is due in 5 s, however thin they had become', () => {
    expect(headsAfterChange(100_000)).toEqual({ dueAt: 105_000, pauseMs: 5_000 })
  })

  it('each announces exactly when the next is due, so that one that comes in time is never overdue', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.integer({ min: 0, max: 14_000 }), (changes, lateMs) => {
        let clock = startHeads(0)
        let watch = watchAfterRecord(0)
        for (const isChange of changes) {
          const now = clock.dueAt + lateMs
          expect(now < watch.overdueAt).toBe(true)
          watch = isChange ? watchAfterRecord(now) : watchAfterRecord(now, nextPause(clock))
          clock = isChange ? headsAfterChange(now) : headsAfterHead(clock, now)
        }
      }),
    )
  })

  it('a head cannot put off its successor for longer than a minute, nor make it overdue at once', () => {
    for (const dueMs of [-1e12, 0, 1e12]) {
      const { overdueAt } = watchAfterRecord(0, dueMs)
      expect(overdueAt).toBeGreaterThanOrEqual(intervals.overdueMs)
      expect(overdueAt).toBeLessThanOrEqual(intervals.longestHeadMs + intervals.overdueMs)
    }
    expect(watchAfterCheck(5)).toEqual({ overdueAt: 5 + intervals.overdueMs })
  })
})

describe('a position', () => {
  it('beyond the log’s end goes back to the end, any other stays', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 99n }), fc.bigInt({ min: 0n, max: 99n }), (position, end) => {
        expect(seekTarget(position, end)).toBe(position > end ? end : null)
      }),
    )
    expect(seekTarget(null, 3n)).toBeNull()
  })
})
