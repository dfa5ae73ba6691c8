import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { elsewhere } from '../../../test/fixtures.ts'
import { intake, type RequestOptions } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof intake>>
beforeAll(async () => {
  world = await intake()
})
afterAll(() => world.close())
beforeEach(() => world.wipe())

const list = async (query = '', options: RequestOptions = {}) => {
  const answer = await world.request('GET', `/cases${query}`, options)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer.json()
}

describe('GET /cases', () => {
  test('lists the cases of whose care team the caller is, and no others', async () => {
    const mine = await world.open('worker-1')
    await world.open('worker-2')
    const { items } = await list('', { sub: 'worker-1' })
    expect(items).toEqual([
      {
        id: mine.case,
        version: 1,
        referral: mine.id,
        status: 'Active',
        owner: 'worker-1',
        openedAt: expect.any(String),
        person: expect.objectContaining({ firstName: 'Lale', birthdate: '1996-05-14' }),
      },
    ])
    expect((await list('', { sub: 'worker-3' })).items).toEqual([])
  })

  test('lists nothing under the same subject of another organisation', async () => {
    await world.open('worker-1')
    expect((await list('', { sub: 'worker-1', org: elsewhere })).items).toEqual([])
  })

  test('filters by status and pages in either order', async () => {
    for (let index = 0; index < 5; index++) await world.open('worker-1')
    expect((await list('?status=Closed', { sub: 'worker-1' })).items).toEqual([])
    const first = await list('?status=Active&limit=3&order=desc', { sub: 'worker-1' })
    const rest = await list(`?status=Active&limit=3&order=desc&cursor=${first.next}`, { sub: 'worker-1' })
    const seen = [...first.items, ...rest.items].map(item => item.id)
    const ascending = (await list('', { sub: 'worker-1' })).items.map((item: { id: string }) => item.id)
    expect(seen.reverse()).toEqual(ascending)
    expect(rest.next).toBeNull()
  })
})
