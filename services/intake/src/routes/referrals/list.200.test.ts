import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { elsewhere, withdrawn } from '../../../test/fixtures.ts'
import { intake } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const ids = async (url: string, options = {}): Promise<string[]> => {
  const answer = await world.request('GET', url, options)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json().items.map((item: { id: string }) => item.id)
}

describe('GET /referrals', () => {
  test('shows what a case worker needs to call the person, and nothing to reach them by', async () => {
    const person = {
      firstName: 'Lale',
      secondName: 'Ornek',
      birthdate: '1996-05-14',
      citizenship: ['KZ'] as 'KZ'[],
      primaryLanguage: 'kaz',
      identityNumber: 'N0001',
      mobilePhone: '+905550000001',
      email: 'lale@invented.example',
    }
    const { id } = await world.refer({ data: { person } })
    const { items, next } = (await world.request('GET', '/referrals')).json()
    const { identityNumber: _n, mobilePhone: _p, email: _e, ...shown } = person
    expect(items).toEqual([
      {
        id,
        version: 2,
        state: 'acknowledged',
        source: 'ngo',
        referringOrganisation: 'Harbour House',
        urgency: 'urgent',
        interimSafety: 'safe',
        referredOn: '2020-03-02',
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        possibleDuplicate: false,
        person: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), ...shown },
      },
    ])
    expect(next).toBeNull()
  })

  test('pages through every referral once, in either order', async () => {
    const made = []
    for (let index = 0; index < 7; index++) made.push((await world.refer()).id)
    for (const order of ['asc', 'desc']) {
      const seen: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = `limit=3&order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`
        const page = (await world.request('GET', `/referrals?${query}`)).json()
        seen.push(...page.items.map((item: { id: string }) => item.id))
        cursor = page.next
      }
      expect(seen).toHaveLength(7)
      expect([...seen].sort()).toEqual([...made].sort())
    }
    expect((await ids('/referrals?order=desc')).reverse()).toEqual(await ids('/referrals'))
  })

  test('pages through referrals of one millisecond without losing any', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z')
    const moment = await intake({ now: () => at })
    try {
      for (let index = 0; index < 5; index++) await moment.refer()
      const first = (await moment.request('GET', '/referrals?limit=2')).json()
      const second = (await moment.request('GET', `/referrals?limit=2&cursor=${first.next}`)).json()
      const third = (await moment.request('GET', `/referrals?limit=2&cursor=${second.next}`)).json()
      const seen = [first, second, third].flatMap(page => page.items.map((item: { id: string }) => item.id))
      expect(new Set(seen).size).toBe(5)
      expect(third.next).toBeNull()
    } finally {
      await moment.close()
    }
  })

  test('filters by state, referring organisation and possible duplicate, together too', async () => {
    const referral = {
      source: 'ngo',
      referringOrganisation: 'Lighthouse',
      reason: 'Other',
      urgency: 'routine',
    } as const
    const more = { interimSafety: 'unknown', consent: { given: true } } as const
    const person = { firstName: 'Mira', secondName: 'Ornek', birthdate: '1990-01-02' }
    const open = await world.refer({ data: { person } })
    const twin = await world.refer({ data: { person, referral: { ...referral, ...more } } })
    const gone = await world.refer()
    await world.apply(await world.inbound(withdrawn(gone.reference)))
    expect(await ids('/referrals?state=withdrawn')).toEqual([gone.id])
    expect(await ids('/referrals?referringOrganisation=Lighthouse')).toEqual([twin.id])
    expect((await ids('/referrals?possibleDuplicate=true')).sort()).toEqual([open.id, twin.id].sort())
    expect(await ids('/referrals?possibleDuplicate=false')).toEqual([gone.id])
    expect(await ids('/referrals?possibleDuplicate=true&referringOrganisation=Lighthouse&state=acknowledged')).toEqual([
      twin.id,
    ])
    expect(await ids('/referrals?state=redirected')).toEqual([])
  })

  test('is empty for staff of another organisation, whatever they filter by', async () => {
    await world.refer()
    for (const query of [
      '',
      '?state=acknowledged',
      '?referringOrganisation=Harbour%20House',
      '?possibleDuplicate=false',
    ])
      expect(await ids(`/referrals${query}`, { org: elsewhere })).toEqual([])
  })

  test("does not open to another organisation with this one's cursor: each page is authorised anew", async () => {
    await world.refer()
    await world.refer()
    const { next } = (await world.request('GET', '/referrals?limit=1')).json()
    expect(await ids(`/referrals?cursor=${next}`, { org: elsewhere })).toEqual([])
  })

  test('can be read by the competent authority of the organisation, to identify', async () => {
    const { id } = await world.refer()
    expect(await ids('/referrals', { as: 'competentAuthority' })).toEqual([id])
  })

  test('shows an erased person as such, and the rest of the page', async () => {
    const { id } = await world.refer()
    const kept = await world.refer()
    const { personId } = await world.deps.store.referral.findUniqueOrThrow({ where: { id } })
    await world.deps.vault.shred(personId)
    const { items } = (await world.request('GET', '/referrals')).json()
    const erased = items.find((item: { id: string }) => item.id === id)
    expect(erased.person).toEqual({ id: personId, erased: true })
    expect(items.find((item: { id: string }) => item.id === kept.id).person.firstName).toBe('Lale')
  })
})
