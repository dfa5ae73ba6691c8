import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../test/harness.ts'

let world: Awaited<ReturnType<typeof audit>>
const subject = '0196f000-0000-7000-8000-000000000001'
beforeAll(async () => {
  world = await audit()
})
afterAll(() => world.close())

test('an entry is what its service wrote, with the hash of the stored bytes; reading it names whom it was about', async () => {
  const [leaf] = await world.enter('intake/1', { subjects: [subject] })
  const entries = await world.record.during(async () => {
    const answer = await world.request(`/entries/${leaf!.entry.id}`)
    expect(answer.json()).toMatchObject({
      item: { index: '0', producer: 'intake/1', seq: '1', entry: leaf!.entry },
      completeness: { entries: '1' },
    })
    expect(answer.json().item.leafHash).toBe(
      createHash('sha256')
        .update((await world.leaves())[0]!)
        .digest('base64'),
    )
  })
  expect(entries).toMatchObject([{ action: 'entry.read', subjects: [subject], resource: { id: leaf!.entry.id } }])
})
