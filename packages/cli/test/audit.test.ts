import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeRecord, ownSession } from './fake-record.ts'
import { haven } from './haven.ts'

let record: FakeRecord
beforeEach(async () => {
  record = new FakeRecord()
  await record.start()
})
afterEach(() => record.stop())

const call = (...args: string[]) => haven(record.environment, 'audit', ...args)

const entry = (parts: Record<string, unknown> = {}) => ({
  occurredAt: '2026-05-06T07:08:09.123Z',
  action: 'referral.list',
  outcome: 'success',
  actor: { id: 'worker-1', type: 'person', org: 'Harbour Programme', role: 'caseworker' },
  purpose: 'assistance',
  subjects: ['a', 'b'],
  resultCount: 2,
  ...parts,
})

describe('haven audit entries', () => {
  test('says in plain words who did what, newest first, and how complete that is', async () => {
    record.entries = [
      entry(),
      entry({ outcome: 'denied', reason: 'role-not-permitted' }),
      entry({ action: 'later.action' }),
    ]
    const { code, out } = await call('entries')
    expect(code).toBe(0)
    const lines = out.split('\n')
    expect(lines[0]).toMatch(/^index +when +actor +people +what$/)
    expect(lines[1]).toContain('later.action (success)')
    expect(lines[2]).toContain('role-not-permitted')
    expect(lines[3]).toMatch(
      /^ +0 +2026-05-06T07:08:09.123Z +worker-1 +2 +A caseworker of Harbour Programme listed 2 referrals for assistance\.$/,
    )
    expect(lines.at(-1)).toBe('Complete up to here: 3 entries, no gap.')
  })

  test('follows cursors up to the limit, and says when there are more', async () => {
    record.entries = Array.from({ length: 250 }, () => entry())
    const all = JSON.parse((await call('entries', '--limit', '1000', '--json')).out)
    expect([all.items.length, all.hasMore, new Set(all.items.map((one: { index: string }) => one.index)).size]).toEqual(
      [250, false, 250],
    )
    const some = await call('entries', '--limit', '120')
    expect(some.out).toContain('There are more; --limit 1200 shows them.')
  })

  test('passes filters, purpose and order on, and speaks Turkish when asked', async () => {
    record.entries = [entry()]
    const { out } = await call(
      'entries',
      'outcome:denied',
      'organisation:Harbour House',
      '--purpose',
      'dataSubjectRequest',
      '--oldest-first',
      '--language',
      'tr',
    )
    expect(record.requests[0]!.searchParams.getAll('filter')).toEqual(['outcome:denied', 'organisation:Harbour House'])
    expect(record.requests[0]!.searchParams.get('order')).toBe('asc')
    expect(record.purposes).toEqual(['dataSubjectRequest'])
    expect(out).toContain('yönlendirmeyi listeledi')
  })

  test('tells which filter cannot be taken, and ends with 2', async () => {
    const errors = [{ pointer: '/filter/0', detail: 'is not one of subject, actor' }]
    record.refusal = { status: 422, body: { code: 'validation-failed', title: 'The request is not valid', errors } }
    const { code, notes } = await call('entries', 'name:x')
    expect(code).toBe(2)
    expect(notes).toContain('/filter/0: is not one of subject, actor')
  })

  test('tells who may not read the record, and ends with 1', async () => {
    record.refusal = { status: 403, body: { code: 'role-not-permitted', title: 'Your role does not permit this' } }
    expect(await call('entries')).toMatchObject({ code: 1, notes: expect.stringContaining('role-not-permitted') })
  })
})

test('haven audit subject and actor ask for exactly one', async () => {
  await call('subject', '0196f000-0000-7000-8000-000000000001', 'outcome:denied')
  await call('actor', 'a/../b?c')
  expect(record.requests.map(({ pathname }) => pathname)).toEqual([
    '/subjects/0196f000-0000-7000-8000-000000000001/entries',
    '/actors/a%2F..%2Fb%3Fc/entries',
  ])
  expect(record.requests[0]!.searchParams.getAll('filter')).toEqual(['outcome:denied'])
})

describe('haven audit tail', () => {
  test('goes through the log in its order to the end, without its own looks', async () => {
    record.entries = [
      ...Array.from({ length: 130 }, () => entry()),
      entry({ session: ownSession, action: 'entry.list' }),
    ]
    const { code, out, notes } = await call('tail', '--after', '-1', '--until-end', '--json')
    expect(code).toBe(0)
    const indexes = out.split('\n').map(line => JSON.parse(line).index)
    expect(indexes).toEqual(Array.from({ length: 130 }, (_, n) => String(n)))
    expect(notes).toBe('Complete up to here: 131 entries, no gap.')
  })

  test('begins at the end unless told', async () => {
    record.entries = [entry(), entry()]
    expect(await call('tail', '--until-end')).toMatchObject({ code: 0, out: '' })
  })
})
