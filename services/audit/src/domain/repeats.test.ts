import { expect, test } from 'vitest'
import { chainWith, entryOf } from '../../test/leaves.ts'
import { mayRepeat } from './repeats.ts'

const opened = Date.parse('2026-02-03T04:05:06.789Z')
const madeAt = (ms: number) => entryOf({ occurredAt: new Date(opened + ms).toISOString() })
const suspects = (producer: string, known: string[], ...times: number[]) => {
  const leaves = chainWith(times.map(madeAt), producer)
  return mayRepeat(leaves, new Date(0), known)
}

test('nothing of a service that was never restored is looked up', () => {
  expect(suspects(`intake/${opened}`, [`intake/${opened}`, 'gateway/1', 'intakes/1'], -1, 0, 1)).toEqual([])
})

test('of one that was, what was made before its last epoch was opened is, whichever chain it is in', () => {
  const hours = [-100, -1, 0.9, 1.1, 100].map(hour => hour * 3_600_000)
  expect(suspects(`intake/${opened}`, [`intake/${opened - 5}`], ...hours)).toEqual([0, 1, 2])
  expect(suspects(`intake/${opened - 5}`, [`intake/${opened}`], ...hours)).toEqual([0, 1, 2])
})
