import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryOf } from '../../test/leaves.ts'
import { project } from './projection.ts'

const now = new Date('2026-02-03T04:05:06.789Z')

test('an entry is found by who, whom, what, how, when and from where', () => {
  const subjects = ['0196f000-0000-7000-8000-000000000001', '0196f000-0000-7000-8000-000000000002']
  const entry = entryOf({ subjects, reason: 'role-not-permitted', resource: { type: 'referral', id: 'r-1' } })
  expect(project({ entry }, now)).toMatchObject({
    id: entry.id,
    occurredAt: new Date(entry.occurredAt as string),
    actor: 'caseworker-1',
    organisation: 'Harbour Programme',
    roles: ['caseworker'],
    purpose: 'assistance',
    resourceId: 'r-1',
    reason: 'role-not-permitted',
    ip: '127.0.0.1',
    subjects,
  })
})

test('no entry is kept out of the log by what it says: whatever JSON it holds, it is projected', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(entryOf()), 'reason'), fc.jsonValue()), entry => {
      const found = project({ entry }, now)
      expect(Number.isNaN(found.occurredAt.getTime())).toBe(false)
      expect(JSON.stringify(found)).not.toContain('\\u0000')
    }),
  )
})
