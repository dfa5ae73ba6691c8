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
    expect(lines[0]).toMatch(/^index +when \(UTC\) +actor +people +what$/)
    expect(lines[1]).toContain('later.action (success)')
    expect(lines[2]).toContain('role-not-permitted')
    expect(lines[3]).toMatch(
      /^ +0 +2026-05-06 07:08:09 +worker-1 +2 +A caseworker of Harbour Programme listed 2 referrals for assistance\.$/,
    )
    expect(lines.slice(-2)).toEqual([
      'Looked through: from 2026-04-05 07:08:09 to 2026-05-06 07:09:09 UTC.',
      'Complete up to here: 3 entries, no gap.',
    ])
  })

  test('follows cursors up to the limit, and says when there are more', async () => {
    record.entries = Array.from({ length: 250 }, () => entry())
    const all = JSON.parse((await call('entries', '--limit', '1000', '--json')).out)
    expect([all.items.length, all.hasMore, new Set(all.items.map((one: { index: string }) => one.index)).size]).toEqual(
      [250, false, 250],
    )
    const some = await call('entries', '--limit', '120')
    expect(some.out).toContain('There are more: --limit 1200 shows more of them, --all shows all.')
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
    const errors = [
      { pointer: '/filter/1', detail: 'is not one of subject, actor' },
      { pointer: '/filter/2', detail: 'outcome is one of success, denied, failure' },
    ]
    record.refusal = { status: 422, body: { code: 'validation-failed', title: 'The request is not valid', errors } }
    const { code, notes } = await call('entries', 'actor:y', 'name:x', 'outcome:refused')
    expect(code).toBe(2)
    expect(notes).toContain('Filter 2: is not one of subject, actor')
    expect(notes).toContain('Filter 3: outcome is one of success, denied, failure')
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

test.each([
  ['a name', 'Lale Ornek'],
  ['an id that is none', '0196f000-0000-7000-8000-00000000000'],
])('haven audit subject takes no %s, and says where a surrogate comes from', async (_what, wrong) => {
  const { code, notes } = await call('subject', wrong)
  expect([code, record.requests]).toEqual([2, []])
  expect(notes).toContain('POST /subjects/lookup')
})

describe('haven audit entries --all', () => {
  test('prints every one as it comes, with --json an entry a line, and says how complete that is', async () => {
    record.entries = Array.from({ length: 250 }, () => entry())
    const text = await call('entries', '--all')
    expect([text.code, text.out.split('\n').length]).toEqual([0, 251])
    expect(text.notes).toMatch(/^250 entries\.\nLooked through: .*\nComplete up to here: 250 entries, no gap\.$/)
    const json = await call('entries', 'outcome:denied', '--all', '--json')
    expect(json.out.split('\n').map(one => JSON.parse(one).index)).toEqual(
      Array.from({ length: 250 }, (_, n) => String(249 - n)),
    )
    expect(record.requests.at(-1)!.searchParams.getAll('filter')).toEqual(['outcome:denied'])
  })

  test('never takes a part for the whole', async () => {
    record.entries = [entry(), entry()]
    record.breaksOff = true
    const { code, notes } = await call('entries', '--all')
    expect([code, notes]).toEqual([1, expect.stringContaining('broke off')])
  })
})

describe('haven audit entry', () => {
  test('shows everything that one entry says, in words and member by member', async () => {
    const request = '0198a0b0-0000-4000-8000-000000000001'
    record.entries = [entry(), entry({ request, client: { ip: '192.0.2.1' }, laterMember: { a: 1 } })]
    const { code, out } = await call('entry', '1')
    expect(code).toBe(0)
    expect(out).toMatch(/^2026-05-06 07:08:09 UTC {2}A caseworker of Harbour Programme listed 2 referrals/)
    expect(out).toMatch(/^subjects +a\n +b$/m)
    expect(out).toMatch(/^client +ip 192\.0\.2\.1$/m)
    expect(out).toMatch(/^laterMember +a 1$/m)
    expect(out).toMatch(/^in the chain +intake\/1, number 2$/m)
    expect(out).toContain(`haven audit entries request:${request}`)
  })

  test('says how many there are when there is none of that index', async () => {
    record.entries = [entry()]
    const { code, notes } = await call('entry', '7')
    expect([code, notes]).toEqual([1, '✖ There is no entry 7; the log has 1, from 0 on.'])
    expect((await call('entry', 'last')).code).toBe(2)
  })
})

describe('haven audit tail', () => {
  const tail = (...args: string[]) => call('tail', '--until-end', '--json', ...args)
  const indexes = (out: string) => out.split('\n').map(line => JSON.parse(line).index)
  const upTo = (count: number) => Array.from({ length: count }, (_, n) => String(n))

  test('goes through the log in its order to the end, without its own looks', async () => {
    record.entries = [
      ...Array.from({ length: 130 }, () => entry()),
      entry({ session: ownSession, action: 'entry.follow' }),
    ]
    const { code, out, notes } = await tail('--after', '-1')
    expect([code, indexes(out)]).toEqual([0, upTo(130)])
    expect(notes).toBe('Complete up to here: 131 entries, no gap.')
  })

  test('begins at the end unless told', async () => {
    record.entries = [entry(), entry()]
    expect(await call('tail', '--until-end')).toMatchObject({ code: 0, out: '' })
    expect(record.requests[0]!.searchParams.has('after')).toBe(false)
  })

  test('goes on by itself behind the last entry when the connection breaks or the service stops', async () => {
    record.entries = Array.from({ length: 30 }, () => entry())
    record.feedEnds.push({ after: 10, how: 'break' }, { after: 5, how: 'say', reason: 'service-stopping' })
    const { code, out, notes } = await tail('--after', '-1')
    expect([code, indexes(out)]).toEqual([0, upTo(30)])
    // A connection that breaks may take lines with it that were on their way.
    const [first, second, third] = record.requests.map(({ searchParams }) => Number(searchParams.get('after')))
    expect([first, third]).toEqual([-1, second! + 5])
    expect(second).toBeLessThanOrEqual(9)
    expect(notes).toContain(`going on behind index ${second}`)
  })

  test('takes a new token when the old one has ended', async () => {
    record.entries = [entry(), entry()]
    record.feedEnds.push({ after: 1, how: 'say', reason: 'token-invalid' })
    expect(indexes((await tail('--after', '-1')).out)).toEqual(upTo(2))
    expect(record.tokens).toBe(2)
  })

  test('ends when it may not read, and does not try again', async () => {
    record.refusal = { status: 403, body: { code: 'role-not-permitted', title: 'The role does not permit this' } }
    expect(await tail()).toMatchObject({ code: 1, notes: expect.stringContaining('role-not-permitted') })
    expect(record.requests).toHaveLength(1)
  })
})
