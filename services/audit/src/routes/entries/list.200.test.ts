import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'
import { entryOf } from '../../../test/leaves.ts'

let world: Awaited<ReturnType<typeof audit>>
const subject = '0196f000-0000-7000-8000-000000000001'
const request = '0196f000-0000-7000-8000-0000000000ff'
const minutesAgo = (n: number): string => new Date(Date.now() - n * 60_000).toISOString()

beforeAll(async () => {
  world = await audit()
  await world.enter(
    'intake/1',
    { occurredAt: minutesAgo(9), subjects: [subject], request, client: { ip: '10.0.0.9' } },
    {
      occurredAt: minutesAgo(8),
      outcome: 'denied',
      reason: 'not-found',
      actor: { id: 'stranger', type: 'person', org: 'Elsewhere', roles: ['caseworker'] },
    },
    { occurredAt: minutesAgo(8), action: 'referral.list', subjects: [subject], purpose: 'protection' },
    { occurredAt: minutesAgo(7), class: 'authorization', trace: 'f'.repeat(32), actor: { type: 'unknown' } },
    { occurredAt: new Date(Date.now() - 40 * 86_400_000).toISOString(), action: 'case.read' },
  )
})
afterAll(() => world.close())

interface Listed {
  index: string
  entry: Record<string, unknown>
}

const list = async (url: string) => {
  const answer = await world.request(url)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}
const indexes = async (...filters: string[]): Promise<string[]> => {
  const query = filters.map(one => `filter=${encodeURIComponent(one)}`).join('&')
  return (await list(`/entries?${query}`)).items.map(({ index }: Listed) => index)
}

describe('GET /entries', () => {
  test('shows entries as they were written, newest first, with their places and how complete that is', async () => {
    const [first] = await world.leaves()
    const { items, completeness } = await list('/entries?limit=100')
    expect(items.map(({ index }: Listed) => index)).toEqual(['3', '2', '1', '0'])
    expect(items[3]).toEqual({
      index: '0',
      producer: 'intake/1',
      seq: '1',
      leafHash: expect.stringMatching(/^[\w+/]{43}=$/),
      entry: JSON.parse(first!.toString()).entry,
    })
    expect(completeness).toEqual({
      line: `5 entries, no gap; 1 producer, none silent, none behind; heard until ${completeness.heardUntil}.`,
      entries: '5',
      movedAt: expect.any(String),
      openGaps: 0,
      missing: '0',
      givenUpGaps: 0,
      lost: '0',
      producers: 1,
      silent: 0,
      behind: 0,
      heardUntil: new Date(world.clock.at).toISOString(),
    })
  })

  test('finds by each filter, and by several together', async () => {
    expect(await indexes(`subject:${subject}`)).toEqual(['2', '0'])
    expect(await indexes('actor:stranger')).toEqual(['1'])
    expect(await indexes('organisation:Elsewhere')).toEqual(['1'])
    expect(await indexes('role:caseworker', 'outcome:success')).toEqual(['2', '0'])
    expect(await indexes('purpose:protection')).toEqual(['2'])
    expect(await indexes('action:referral.list')).toEqual(['2'])
    expect(await indexes('class:authorization')).toEqual(['3'])
    expect(await indexes('outcome:denied')).toEqual(['1'])
    expect(await indexes('reason:not-found')).toEqual(['1'])
    expect(await indexes('ip:10.0.0.9')).toEqual(['0'])
    expect(await indexes(`request:${request}`)).toEqual(['0'])
    expect(await indexes(`trace:${'f'.repeat(32)}`)).toEqual(['3'])
    expect(await indexes(`subject:${subject}`, 'action:referral.list')).toEqual(['2'])
    expect(await indexes(`from:${minutesAgo(8.5)}`, `to:${minutesAgo(7.5)}`)).toEqual(['2', '1'])
    expect(await indexes('actor:stranger', 'outcome:success')).toEqual([])
  })

  test('says which time was looked through', async () => {
    const { from, to } = (await list('/entries')).window
    expect((Date.parse(to) - Date.parse(from)) / 86_400_000).toBe(31)
    expect(Date.parse(to)).toBeGreaterThan(Date.now())
    expect((await list('/entries?filter=actor:caseworker-1')).window).toEqual({ from: null, to: null })
    const asked = { from: '2026-05-01T00:00:00.000Z', to: '2026-05-02T00:00:00.000Z' }
    expect((await list('/entries?filter=from:2026-05-01&filter=to:2026-05-02')).window).toEqual(asked)
  })

  test('looks through 31 days, and through all time for a subject or an actor', async () => {
    expect(await indexes('action:case.read')).toEqual([])
    const from = new Date(Date.now() - 45 * 86_400_000).toISOString()
    expect(await indexes('action:case.read', `from:${from}`)).toEqual(['4'])
    expect(await indexes('action:case.read', 'actor:caseworker-1')).toEqual(['4'])
  })

  test('pages through every entry once in either order, also entries of one millisecond and while others come in', async () => {
    for (const order of ['asc', 'desc']) {
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: { items: Listed[]; next: string | null } = await list(
          `/entries?limit=1&order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        )
        seen.push(...page.items.map(({ index }) => index))
        cursor = page.next
        if (seen.length === 2) await world.enter(`gateway/${order === 'asc' ? 1 : 2}`, { occurredAt: minutesAgo(7.5) })
      }
      const before = order === 'asc' ? ['0', '1', '2', '3'] : ['3', '5', '2', '1', '0']
      expect(seen).toEqual(before)
    }
  })

  test('follows the log by index, whatever the time of entries, and says where to go on', async () => {
    const all = await list('/entries?after=-1&limit=3')
    expect(all.items.map(({ index }: Listed) => index)).toEqual(['0', '1', '2'])
    expect(all.after).toBe('2')
    const rest = await list('/entries?after=2&limit=100')
    expect(rest.items.map(({ index }: Listed) => index)).toEqual(['3', '4', '5', '6'])
    expect(await list(`/entries?after=${rest.after}`)).toMatchObject({ items: [], after: rest.after })
    const denied = await list('/entries?after=-1&filter=outcome:denied')
    expect([denied.items.length, denied.after]).toEqual([1, rest.after])
  })

  test('reading is on the record: whom was asked about, how many were shown, by whom and for what', async () => {
    const entries = await world.record.during(() => list(`/entries?filter=subject:${subject}`))
    expect(entries).toMatchObject([
      {
        action: 'entry.list',
        outcome: 'success',
        purpose: 'audit',
        subjects: [subject],
        resultCount: 2,
        actor: { id: 'auditor-1', role: 'auditor' },
        service: 'audit',
      },
    ])
  })

  test('passes on what a later version of entries says', async () => {
    await world.enter('gateway/9', entryOf({ actor: { id: 'later', type: 'person' }, consent: { given: true } }))
    const { items } = await list('/entries?filter=actor:later')
    expect(items[0].entry.consent).toEqual({ given: true })
  })
})
