import fc from 'fast-check'
import { expect, test } from 'vitest'
import { absenceBefore, type Ears, excuse, type Hearing, heard, listen } from './silence.ts'

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
        const taken: ReturnType<typeof heard> = heard(hearing, now, { signedAt: now, dueMs })
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
  const { hearing } = heard(null, 0, { signedAt: 0, dueMs: 3_600_000 })
  expect(listen(hearing, 75_000).change).toBe('fell-silent')
})

test('only time in which Kafka was heard counts: a silence is noticed when 15 s of it beyond what was announced have passed, and then alone', () => {
  const fetches = fc.array(
    fc.record({
      after: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 10_001, max: 3_600_000 })),
      said: fc.option(fc.integer({ min: 0, max: 60_000 }), { freq: 6 }),
    }),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000 }), fetches, (firstDue, given) => {
      let ears: Ears = { heardUntil: 0, isFirst: false }
      let { hearing } = heard(null, 0, { signedAt: 0, dueMs: firstDue })
      let [listenedMs, due] = [0, firstDue]
      for (const { after, said } of given) {
        const now = ears.heardUntil + after
        const absence = absenceBefore(ears, now)
        ears = { heardUntil: now, isFirst: false }
        if (absence === null) listenedMs += after
        else hearing = excuse(hearing, absence)
        if (said !== null) {
          hearing = heard(hearing, now, { signedAt: now, dueMs: said }).hearing
          ;[listenedMs, due] = [0, said]
        }
        hearing = listen(hearing, ears.heardUntil).hearing
        expect(hearing.silentSince !== null).toBe(listenedMs >= due + 15_000)
      }
    }),
  )
})

test('a leader that read the state anew grants no more than the longest pause, however long Kafka was away', () => {
  const hearing: Hearing = { heardAt: 0, dueAt: 7_260_000, signedAt: 0, silentSince: null }
  const absence = { from: 0, to: 7_200_000, isFirst: false }
  expect(excuse(hearing, absence).dueAt).toBe(7_260_000)
})

test('an hour without Kafka is one absence, and reading for less than ten seconds is none', () => {
  expect(absenceBefore({ heardUntil: 0, isFirst: false }, 10_000)).toBeNull()
  expect(absenceBefore({ heardUntil: 0, isFirst: false }, 3_600_000)).toMatchObject({ from: 0, to: 3_600_000 })
})

test('heads that were heard before keep nobody from falling silent, and end no silence', () => {
  const times = fc.array(fc.nat(120_000), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(times, fc.array(fc.nat(19), { maxLength: 30 }), (said, replayed) => {
      let { hearing } = heard(null, 0, { signedAt: 0, dueMs: 0 })
      for (const signedAt of said) hearing = heard(hearing, 150_000, { signedAt, dueMs: 5_000 }).hearing
      const before = hearing
      for (const at of replayed) {
        const again = heard(hearing, 160_000, { signedAt: said[at % said.length]!, dueMs: 60_000 })
        expect(again).toEqual({ hearing: before, change: null })
        hearing = again.hearing
      }
      // Nor one without a time, of a release before.
      hearing = heard(hearing, 160_000, { signedAt: null, dueMs: 60_000 }).hearing
      const silent = listen(hearing, 170_000)
      expect(silent.change).toBe('fell-silent')
      expect(heard(silent.hearing, 171_000, { signedAt: said[0]!, dueMs: 5_000 }).hearing).toEqual(silent.hearing)
      expect(heard(silent.hearing, 171_000, { signedAt: 171_000, dueMs: 5_000 }).change).toBe('is-heard-again')
    }),
  )
})

test('a producer whose clock was ahead for a moment is heard as soon as it says the right time', () => {
  const { hearing } = heard(null, 1_000, { signedAt: 3_600_000, dueMs: 5_000 })
  expect(heard(hearing, 2_000, { signedAt: 2_000, dueMs: 5_000 }).hearing.heardAt).toBe(2_000)
})

test('heads of a release that says no time count until one says it', () => {
  const untimed = { signedAt: null, dueMs: 5_000 }
  const first = heard(null, 0, untimed).hearing
  const second = heard(first, 1_000, untimed).hearing
  expect(second.heardAt).toBe(1_000)
  const timed = heard(second, 2_000, { signedAt: 2_000, dueMs: 5_000 }).hearing
  expect(heard(timed, 3_000, untimed).hearing).toEqual(timed)
})
