import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

test('shows every look at a person, lists of many included, and pages through them', async () => {
  const [person, other] = [randomUUID(), randomUUID()]
  const looks = [{ subjects: [person] }, { subjects: [other] }, { subjects: [other, person] }, { subjects: [person] }]
  await world.enter(
    'intake/1',
    ...looks.map((one, n) => ({ ...one, occurredAt: new Date(Date.now() - n * 1_000).toISOString() })),
  )
  const first = (await world.request(`/subjects/${person}/entries?limit=2`)).json()
  const second = (await world.request(`/subjects/${person}/entries?limit=2&cursor=${first.next}`)).json()
  const seen = [...first.items, ...second.items].map(({ index }: { index: string }) => index)
  expect([seen, second.next]).toEqual([['0', '2', '3'], null])
})

test('a filter narrows it and cannot widen it to somebody else; who asked about whom is on the record', async () => {
  const [person, other] = [randomUUID(), randomUUID()]
  await world.enter(
    'intake/2',
    { subjects: [person], action: 'case.read' },
    { subjects: [person] },
    { subjects: [other] },
  )
  const entries = await world.record.during(async () => {
    const read = (query: string) => world.request(`/subjects/${person}/entries?${query}`)
    expect((await read('filter=action:case.read')).json().items).toHaveLength(1)
    expect((await read(`filter=subject:${other}`)).json().items).toHaveLength(2)
  })
  expect(entries.map(({ subjects }) => subjects)).toEqual([[person], [person]])
})
