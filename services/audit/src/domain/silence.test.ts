import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Hearing, heard, listen } from './silence.ts'

test('each silence of more than 15 s beyond what was announced is noticed once, and its end once', () => {
  const pauses = fc.array(fc.tuple(fc.nat(60_000), fc.integer({ min: 100, max: 200_000 })), {
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(pauses, given => {
      let hearing: Hearing | null = null
      let now = 0
      const noticed: string[] = []
      let expected = 0
      for (const [dueMs, pause] of given) {
        const taken: ReturnType<typeof heard> = heard(hearing, now, dueMs)
        if (taken.change) noticed.push(taken.change)
        hearing = taken.hearing
        const until = now + pause
        for (; now < until; now = Math.min(now + 1_000, until)) {
          const listened: ReturnType<typeof listen> = listen(hearing, now)
          if (listened.change) noticed.push(listened.change)
          hearing = listened.hearing
        }
        const last: ReturnType<typeof listen> = listen(hearing, now)
        if (last.change) noticed.push(last.change)
        hearing = last.hearing
        if (pause >= dueMs + 15_000) expected++
      }
      expect(noticed.filter(change => change === 'fell-silent')).toHaveLength(expected)
      expect(noticed.every((change, index) => change === (index % 2 === 0 ? 'fell-silent' : 'is-heard-again'))).toBe(
        true,
      )
    }),
  )
})

test('a pause longer than a minute cannot be announced', () => {
  const { hearing } = heard(null, 0, 3_600_000)
  expect(listen(hearing, 75_000).change).toBe('fell-silent')
})
