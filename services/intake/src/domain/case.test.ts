import { expect, test } from 'vitest'
import { openCase } from './case.ts'

test('a case begins active, owned by its opener, who is its care team', () => {
  const at = new Date('2026-01-02T03:04:05Z')
  expect(openCase('worker', at)).toEqual({
    status: 'Active',
    version: 1,
    owner: 'worker',
    openedAt: at,
    careTeam: [{ subject: 'worker', role: 'owner', since: at }],
  })
})
