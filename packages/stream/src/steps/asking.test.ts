import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Asking, answered, ask } from './asking.ts'
import { intervals } from './intervals.ts'

const at = (last: bigint, epoch = 1n) => ({ epoch, last })

describe('asking', () => {
  it('one hole that shows in every record for an hour is asked for a dozen times, not for each', () => {
    let open: Asking | null = null
    let sent = 0
    for (let now = 0; now < 3_600_000; now += 100) {
      const answer = ask(open, at(7n), now)
      open = answer.asking
      if (answer.send) sent++
    }
    expect(sent).toBeGreaterThan(5)
    expect(sent).toBeLessThan(15)
  })

  it('asks at once, again after 15 s, and then waits twice as long each time, ten minutes at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 200 }), pauses => {
        let open: Asking | null = null
        let now = 0
        const times: number[] = []
        for (const pause of [0, ...pauses]) {
          now += pause
          const answer = ask(open, at(7n), now)
          open = answer.asking
          if (answer.send) times.push(now)
        }
        expect(times[0]).toBe(0)
        times.slice(1).forEach((time, index) => {
          const wait = Math.min(intervals.askAgainMs * 2 ** index, intervals.longestAskMs)
          expect(time - times[index]!).toBeGreaterThanOrEqual(wait)
        })
      }),
    )
  })

  it('another hole, or one in another epoch, is asked for at once', () => {
    const { asking } = ask(null, at(7n), 0)
    expect(ask(asking, at(8n), 1).send).toBe(true)
    expect(ask(asking, at(7n, 2n), 1).send).toBe(true)
    expect(ask(asking, at(7n), 1).send).toBe(false)
  })

  it('is over when the place moves', () => {
    const { asking } = ask(null, at(7n), 0)
    expect(answered(asking, at(7n))).toBe(asking)
    expect(answered(asking, at(8n))).toBeNull()
    expect(answered(null, at(8n))).toBeNull()
  })
})
